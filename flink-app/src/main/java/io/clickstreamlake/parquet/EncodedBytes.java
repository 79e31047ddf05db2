package io.clickstreamlake.parquet;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** A growing byte array that can be read without a copy. Not thread-safe. */
public final class EncodedBytes extends OutputStream {

  /** Some virtual machines cannot allocate an array longer than this. */
  private static final int MAX_LENGTH = Integer.MAX_VALUE - 8;

  private byte[] array;
  private int size;

  public EncodedBytes(int capacity) {
    this.array = new byte[capacity];
  }

  public int size() {
    return size;
  }

  /** Allocated heap in bytes, used or not. */
  public int capacity() {
    return array.length;
  }

  /** The array, of which the first {@link #size()} bytes are used; valid until the next write. */
  public byte[] array() {
    return array;
  }

  byte[] copy(int from, int length) {
    if (from < 0 || length < 0 || from > size - length) {
      throw new IndexOutOfBoundsException(
          String.format("bytes %d to %d of %d", from, (long) from + length, size));
    }
    return Arrays.copyOfRange(array, from, from + length);
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(array, size);
  }

  /** Removes all bytes from position {@code newSize} on. */
  void truncate(int newSize) {
    if (newSize < 0 || newSize > size) {
      throw new IndexOutOfBoundsException(String.format("truncate %d bytes to %d", size, newSize));
    }
    size = newSize;
  }

  /** Removes all bytes and frees their heap. */
  public void release() {
    size = 0;
    array = new byte[0];
  }

  @Override
  public void write(int b) throws IOException {
    ensureCapacityFor(1);
    array[size++] = (byte) b;
  }

  @Override
  public void write(byte[] source) throws IOException {
    write(source, 0, source.length);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    ensureCapacityFor(length);
    System.arraycopy(source, offset, array, size, length);
    size += length;
  }

  /** Writes the lowest {@code bytes} bytes of a number in little-endian order, as Parquet does. */
  void writeLittleEndian(long number, int bytes) throws IOException {
    ensureCapacityFor(bytes);
    for (int i = 0; i < bytes; i++) {
      array[size++] = (byte) (number >>> (Byte.SIZE * i));
    }
  }

  private void ensureCapacityFor(int length) throws IOException {
    long needed = (long) size + length;
    if (needed > array.length) {
      if (needed > MAX_LENGTH) {
        throw new IOException(
            "More than 2 GB of one Parquet file are buffered in memory: reduce row-group.memory or"
                + " the part size.");
      }
      long grown = Math.max(needed, array.length + (array.length >> 1) + 64L);
      array = Arrays.copyOf(array, (int) Math.min(grown, MAX_LENGTH));
    }
  }
}
