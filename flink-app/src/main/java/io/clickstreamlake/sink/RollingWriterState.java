package io.clickstreamlake.sink;

import java.util.Objects;
import java.util.Optional;
import javax.annotation.Nullable;

/**
 * An element of the writer's operator state. A writer stores one for each open file, so that Flink
 * can hand the files to other writers when the job is rescaled, and one without a file where it has
 * none open, so that a snapshot always says whose it is.
 */
final class RollingWriterState {

  private final String identity;
  private final long checkpointId;
  @Nullable private final OpenFileState file;

  /**
   * @param identity of the sink, see {@link RollingParquetSink.Builder#identity}
   */
  RollingWriterState(String identity, long checkpointId, @Nullable OpenFileState file) {
    this.identity = Objects.requireNonNull(identity);
    this.checkpointId = checkpointId;
    this.file = file;
  }

  String identity() {
    return identity;
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
        && checkpointId == that.checkpointId
        && Objects.equals(file, that.file);
  }

  @Override
  public int hashCode() {
    return Objects.hash(identity, checkpointId, file);
  }

  @Override
  public String toString() {
    return String.format("%s, checkpoint %d: %s", identity, checkpointId, file);
  }
}
