/**
 * The rolling Parquet sink: files stay open across checkpoints and appear exactly once.
 *
 * <p>{@link io.clickstreamlake.sink.RollingParquetSink} is the entry and states why the sink is
 * exactly-once. Below it, each class has one role:
 *
 * <pre>
 *   RollingParquetWriter        which file a row goes to, when files roll, what a checkpoint holds
 *     └─ OpenFile               one file: rows that wait, bytes that wait, the upload
 *          ├─ RowGroupBuffer    rows until they are bytes of a row group, by parquet-java: any rows,
 *          │                    as they are and a record at a time; Avro records, by column
 *          └─ FooterAssembler   row groups of many encodings to one footer
 *   InterruptedFileFinisher     after a failure: finishes the files of a snapshot
 *   RollingParquetCommitter     after a checkpoint: makes rolled files visible
 *   AvroRecordWriteSupport      Avro specific records to Parquet columns
 * </pre>
 */
package io.clickstreamlake.sink;
