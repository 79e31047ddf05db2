package io.clickstreamlake.sink;

import java.util.Objects;
import java.util.Optional;
import javax.annotation.Nullable;

/**
 * An element of the writer's operator state. A writer stores one for each open file, so that Flink
 * can hand the files to other writers when the job is rescaled, and one without a file where it has
 * none open, so that every writer leaves a trace in every checkpoint.
 */
final class RollingWriterState {

  private final String identity;
  private final String writerId;
  private final long filesOpened;
  private final long checkpointId;
  @Nullable private final OpenFileState file;

  /**
   * @param identity of the sink, see {@link RollingParquetSink.Builder#identity}
   * @param writerId of the writer that stored this, part of its files' names
   * @param filesOpened how many files that writer had opened
   */
  RollingWriterState(
      String identity,
      String writerId,
      long filesOpened,
      long checkpointId,
      @Nullable OpenFileState file) {
    this.identity = Objects.requireNonNull(identity);
    this.writerId = Objects.requireNonNull(writerId);
    this.filesOpened = filesOpened;
    this.checkpointId = checkpointId;
    this.file = file;
  }

  String identity() {
    return identity;
  }

  String writerId() {
    return writerId;
  }

  long filesOpened() {
    return filesOpened;
  }

  long checkpointId() {
    return checkpointId;
  }

  Optional<OpenFileState> file() {
    return Optional.ofNullable(file);
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof RollingWriterState)) {
      return false;
    }
    RollingWriterState that = (RollingWriterState) other;
    return identity.equals(that.identity)
        && writerId.equals(that.writerId)
        && filesOpened == that.filesOpened
        && checkpointId == that.checkpointId
        && Objects.equals(file, that.file);
  }

  @Override
  public int hashCode() {
    return Objects.hash(writerId, checkpointId, file);
  }

  @Override
  public String toString() {
    return String.format(
        "%s, writer %s, checkpoint %d: %s", identity, writerId, checkpointId, file);
  }
}
