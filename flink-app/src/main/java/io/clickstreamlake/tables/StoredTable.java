package io.clickstreamlake.tables;

import io.clickstreamlake.parquet.AvroParquetSchema;
import io.clickstreamlake.parquet.AvroRecordSize;
import io.clickstreamlake.parquet.AvroRowGroupBuffer;
import io.clickstreamlake.parquet.EncodedBytes;
import io.clickstreamlake.parquet.FooterAssembler;
import io.clickstreamlake.parquet.ParquetWriterOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;

/** Writes a file of a table outside of the streaming job. */
public final class StoredTable {

  private StoredTable() {}

  /**
   * Writes a few rows as a Parquet file with one row group, as the rolling sink does.
   *
   * @param createdBy name and version of the writer in the footer
   * @param to is not closed
   */
  public static <T extends SpecificRecordBase & SpecificRecord> void write(
      LakeTable<T> table, List<T> rows, String createdBy, int zstdLevel, OutputStream to)
      throws IOException {
    Schema schema = SpecificData.get().getSchema(table.type());
    AvroRowGroupBuffer<T> buffer =
        new AvroRowGroupBuffer<>(
            schema,
            ParquetWriterOptions.builder()
                .zstdLevel(zstdLevel)
                .createdBy(createdBy)
                .footerMetadata(
                    AvroParquetSchema.FINGERPRINT_KEY, AvroParquetSchema.fingerprint(schema))
                .build(),
            new AvroRecordSize<>());
    for (T row : rows) {
      buffer.add(row);
    }
    EncodedBytes encoded = new EncodedBytes(0);
    FooterAssembler footer = new FooterAssembler();
    footer.add(buffer.encode(encoded, 0));
    footer.appendEnd(encoded, 0);
    to.write(encoded.array(), 0, encoded.size());
  }
}
