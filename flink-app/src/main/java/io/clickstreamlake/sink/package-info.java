/**
 * The rolling Parquet sink: files stay open across checkpoints and appear exactly once.
 *
 * <p>{@link io.clickstreamlake.sink.RollingParquetSink} is the entry and states why the sink is
 * exactly-once. Below it, each class has one role:
 *
 * <pre>
 *   RollingParquetWriter        which file a row goes to, when files roll, what a checkpoint holds
 *     └─ InProgressFile         one file: waiting rows, waiting bytes, the upload
 *   InProgressFileRecovery      after a failure: finishes the files of a snapshot
 *   RollingParquetCommitter     after a checkpoint: makes rolled files visible
 *   SnapshotGuard               whether a snapshot may be restored, by Lineage and PublicationLog
 *   TableRewind                 moves files aside that were published after a snapshot
 * </pre>
 */
package io.clickstreamlake.sink;
