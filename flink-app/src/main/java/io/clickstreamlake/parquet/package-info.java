/**
 * Encodes rows as Parquet and reads them, independently of Flink and of file systems. Row groups
 * become bytes that can be uploaded, stored in a checkpoint, and completed later by a footer.
 *
 * <pre>
 *   RowGroupBuffer            buffers rows until they are encoded as a row group
 *     └─ AvroRowGroupBuffer   Avro records, column by column
 *          ├─ LongColumnWriter, StringColumnWriter, BooleanColumnWriter, StringMapColumnWriter
 *          └─ NestedColumnWriters   order lines, written by parquet-java's own column writers
 *   EncodedSegment            the bytes of one row group, and its metadata
 *   FooterAssembler           combines the metadata of all segments into one footer
 *   AvroRowReader            reads rows back, all columns or some, with filters
 *   ParquetRewriter          writes a file again, without some of its rows
 * </pre>
 */
package io.clickstreamlake.parquet;
