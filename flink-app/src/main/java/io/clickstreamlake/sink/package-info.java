/**
 * The rolling Parquet sink, whose files stay open across checkpoints and become visible exactly
 * once.
 *
 * <p>{@link io.clickstreamlake.sink.RollingParquetSink} is the entry point and explains why the
 * sink is exactly-once. Each of the other classes has one role:
 *
 * <pre>
 *   RollingParquetWriter        decides the file of a row, when files roll, what a checkpoint stores
 *     └─ InProgressFile         one file: buffered rows, encoded bytes, the upload
 *   InProgressFileRecovery      finishes the files of a snapshot when it is restored
 *   RollingParquetCommitter     makes rolled files visible after a checkpoint
 *   SnapshotGuard               decides by Lineage and PublicationLog if a snapshot may be restored
 *   TableRewind                 moves files aside that were published after a snapshot
 *   ErasedFiles                 visible files that another process has changed since
 * </pre>
 */
package io.clickstreamlake.sink;
