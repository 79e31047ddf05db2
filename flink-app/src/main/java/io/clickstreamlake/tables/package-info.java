/** What the lake consists of: its tables, and for each of them a sink and its partitions. */
package io.clickstreamlake.tables;
