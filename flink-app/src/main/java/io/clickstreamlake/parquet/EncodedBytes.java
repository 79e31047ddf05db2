package io.clickstreamlake.parquet;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** A growing array of bytes whose array can be handed on without a copy. Not thread-safe. */
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

  /** Bytes of heap that this holds, used or not. */
  public int capacity() {
    return array.length;
  }

  /** The bytes, of which only the first {@link #size()} count; valid until the next write. */
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

  /** Forgets all bytes from {@code newSize} on. */
  void truncate(int newSize) {
    if (newSize < 0 || newSize > size) {
      throw new IndexOutOfBoundsException(String.format("truncate %d bytes to %d", size, newSize));
    }
    size = newSize;
  }

  /** Forgets all bytes and gives the heap back. */
  public void release() {
    size = 0;
    array = new byte[0];
  }

  @Override
  public void write(int b) throws IOException {
    ensureRoomFor(1);
    array[size++] = (byte) b;
  }

  @Override
  public void write(byte[] source) throws IOException {
    write(source, 0, source.length);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    ensureRoomFor(length);
    System.arraycopy(source, offset, array, size, length);
    size += length;
  }

  /** Writes the lowest {@code bytes} bytes of a number, the lowest first, as Parquet does. */
  void writeLittleEndian(long number, int bytes) throws IOException {
    ensureRoomFor(bytes);
    for (int i = 0; i < bytes; i++) {
      array[size++] = (byte) (number >>> (Byte.SIZE * i));
    }
  }

  private void ensureRoomFor(int length) throws IOException {
    long needed = (long) size + length;
    if (needed > array.length) {
      if (needed > MAX_LENGTH) {
        throw new IOException(
            "More than 2 GB of one Parquet file wait in memory: lower the row group's bytes or the"
                + " part size.");
      }
      long grown = Math.max(needed, array.length + (array.length >> 1) + 64L);
      array = Arrays.copyOf(array, (int) Math.min(grown, MAX_LENGTH));
    }
  }
}
