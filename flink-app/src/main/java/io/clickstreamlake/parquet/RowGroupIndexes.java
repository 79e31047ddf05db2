package io.clickstreamlake.parquet;

/**
 * The serialized column indexes, offset indexes and Bloom filters of one row group: one entry per
 * column chunk, null if the chunk has none. None of them contains its own position, so they can be
 * moved to the end of the file unchanged.
 */
final class RowGroupIndexes {

  final byte[][] columnIndexes;
  final byte[][] offsetIndexes;
  final byte[][] bloomFilters;

  RowGroupIndexes(byte[][] columnIndexes, byte[][] offsetIndexes, byte[][] bloomFilters) {
    this.columnIndexes = columnIndexes;
    this.offsetIndexes = offsetIndexes;
    this.bloomFilters = bloomFilters;
  }

  /** Size of all entries, in bytes. */
  long bytes() {
    return bytes(columnIndexes) + bytes(offsetIndexes) + bytes(bloomFilters);
  }

  private static long bytes(byte[][] chunks) {
    long sum = 0;
    for (byte[] chunk : chunks) {
      sum += chunk == null ? 0 : chunk.length;
    }
    return sum;
  }
}
