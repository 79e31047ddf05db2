package io.clickstreamlake.parquet;

import com.github.luben.zstd.ZstdCompressCtx;
import java.io.IOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * A ZSTD compressor that compresses each page in one call, with one context for all pages.
 *
 * <p>parquet-java's codec is a stream. It allocates a context per page, with tables for input of
 * unknown length. Clearing these tables costs more than compressing a small page, and a row group
 * has hundreds of them. If the length is known, ZSTD uses tables of the right size. The output is
 * ordinary ZSTD frames.
 *
 * <p>The context is native memory, which {@link #release} frees. Not thread-safe.
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
