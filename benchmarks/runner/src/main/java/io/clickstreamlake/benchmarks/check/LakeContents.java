package io.clickstreamlake.benchmarks.check;

/**
 * What lies in a table's folder.
 *
 * @param rows how many rows
 * @param digest sums and counts over the columns that come from the event, equal for equal rows
 * @param files how many files
 * @param bytes size of all files
 */
public record LakeContents(long rows, String digest, int files, long bytes) {}
