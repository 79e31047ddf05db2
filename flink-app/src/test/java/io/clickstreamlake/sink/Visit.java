package io.clickstreamlake.sink;

import io.clickstreamlake.parquet.RecordRowGroupBuffer;
import java.util.HashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/** A second type of rows, to test that the sink depends neither on click events nor on Avro. */
record Visit(long id, String bucket, String page) {

  static final MessageType SCHEMA =
      Types.buildMessage()
          .required(PrimitiveTypeName.INT64)
          .named("id")
          .optional(PrimitiveTypeName.BINARY)
          .as(LogicalTypeAnnotation.stringType())
          .named("page")
          .named("visit");

  static Visit of(long id, String bucket) {
    return new Visit(id, bucket, "/page/" + id % 7);
  }

  /** A builder with all settings that depend on the type of the rows. */
  static RollingParquetSinkBuilder<Visit> sink() {
    return RollingParquetSink.builder(RecordRowGroupBuffer.factory(Encoder::new))
        .rowSize(row -> 100)
        .bucketBy(Visit::bucket);
  }

  static final class Encoder extends WriteSupport<Visit> {

    private RecordConsumer out;

    @Override
    public WriteContext init(ParquetConfiguration configuration) {
      return new WriteContext(SCHEMA, new HashMap<>());
    }

    @Override
    @Deprecated
    public WriteContext init(Configuration configuration) {
      return new WriteContext(SCHEMA, new HashMap<>());
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
      out = recordConsumer;
    }

    @Override
    public void write(Visit visit) {
      out.startMessage();
      out.startField("id", 0);
      out.addLong(visit.id());
      out.endField("id", 0);
      if (visit.page() != null) {
        out.startField("page", 1);
        out.addBinary(Binary.fromString(visit.page()));
        out.endField("page", 1);
      }
      out.endMessage();
    }
  }
}
