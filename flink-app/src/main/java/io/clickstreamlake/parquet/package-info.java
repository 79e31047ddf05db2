/**
 * Encodes rows as Parquet, with no knowledge of Flink or of files: row groups become bytes that can
 * be uploaded, stored in a checkpoint, and finished later by a footer.
 *
 * <pre>
 *   RowGroupBuffer            rows until they are the bytes of a row group
 *     └─ AvroRowGroupBuffer   Avro records, column by column
 *          ├─ LongColumnWriter, StringColumnWriter, BooleanColumnWriter, StringMapColumnWriter
 *          └─ NestedColumnWriters   order lines, by parquet-java's own column writers
 *   EncodedSegment            the bytes of one row group, and its metadata
 *   FooterAssembler           segments of several encodings to one footer
 * </pre>
 */
package io.clickstreamlake.parquet;
