/** The tables of the lake, with the sink and the partitions of each. */
package io.clickstreamlake.tables;
