package io.clickstreamlake.parquet;

import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Compresses pages by ZSTD, each at once and with one context for all.
 *
 * <p>parquet-java's codec streams: it allocates a context for each page, with tables for a text of
 * unknown length, and clearing them costs more than compressing a small page, of which a row group
 * has hundreds. Told the length, ZSTD takes tables that fit it. The frames are ordinary ones.
 *
 * <p>The context is native memory: {@link #release} gives it back.
 */
final class ZstdPageCompressor implements BytesInputCompressor {

  private final ZstdCompressCtx context = new ZstdCompressCtx();

  ZstdPageCompressor(int level) {
    context.setLevel(level);
  }

  @Override
  public BytesInput compress(BytesInput page) throws IOException {
    return BytesInput.from(context.compress(page.toByteArray()));
  }

  @Override
  public CompressionCodecName getCodecName() {
    return CompressionCodecName.ZSTD;
  }

  @Override
  public void release() {
    context.close();
  }
}
