/** The columns of the tables, and how the tables of a catalog follow a change of them. */
package io.clickstreamlake.local.tables;
