package io.clickstreamlake.benchmarks.check;

/**
 * Contents of a table's folder.
 *
 * @param rows number of rows
 * @param digest sums and counts over the columns that come from the event, equal for equal rows
 * @param files number of files
 * @param bytes size of all files
 */
public record LakeContents(long rows, String digest, int files, long bytes) {}
