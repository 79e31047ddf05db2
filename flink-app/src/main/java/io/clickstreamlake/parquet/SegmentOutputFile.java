package io.clickstreamlake.parquet;

import java.io.IOException;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * An output file through which an ordinary {@code ParquetWriter} writes into the middle of a file.
 *
 * <p>A Parquet file starts with the four bytes {@code PAR1}, and all of its offsets count from
 * there. So the stream reports positions from the start of the whole file. In every segment but the
 * first, it skips the magic number, which the file already has:
 *
 * <pre>
 *   file      PAR1 │ row group 0 │ row group 1 │ …
 *   segment 0 PAR1 │ row group 0 │ indexes │ footer
 *   segment 1              (PAR1)│ row group 1 │ indexes │ footer
 *                                ▲ base: getPos() of the first byte after the skipped magic
 * </pre>
 */
final class SegmentOutputFile implements OutputFile {

  private static final int MAGIC_LENGTH = 4;

  private final EncodedBytes out;
  private final long outPosition;

  /**
   * @param out to which the bytes of the segment are appended
   * @param outPosition position in the file of the first byte of {@code out}
   */
  SegmentOutputFile(EncodedBytes out, long outPosition) {
    this.out = out;
    this.outPosition = outPosition;
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) {
    return new SegmentStream();
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) {
    return create(blockSizeHint);
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  @Override
  public String getPath() {
    // parquet-java uses the path only to find encryption settings, and there are none.
    return null;
  }

  private final class SegmentStream extends PositionOutputStream {

    private int bytesToSkip = outPosition + out.size() > 0 ? MAGIC_LENGTH : 0;

    @Override
    public long getPos() {
      return outPosition + out.size();
    }

    @Override
    public void write(int b) throws IOException {
      if (bytesToSkip > 0) {
        bytesToSkip--;
      } else {
        out.write(b);
      }
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      int skipped = Math.min(bytesToSkip, length);
      bytesToSkip -= skipped;
      out.write(source, offset + skipped, length - skipped);
    }
  }
}
