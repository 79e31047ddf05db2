package io.clickstreamlake.sink;

import java.util.Objects;
import java.util.Optional;
import javax.annotation.Nullable;

/**
 * An element of the writer's operator state. A writer stores one for each open file, so that Flink
 * can hand the files to other writers when the job is rescaled; and so many without a file that
 * every writer of a rescaled job gets at least one, and learns whose the snapshot is and what it
 * descends from.
 */
final class RollingWriterState {

  private final String identity;
  private final Lineage lineage;
  @Nullable private final InProgressFileState file;

  /**
   * @param identity of the sink, see {@link RollingParquetSink.Builder#identity}
   */
  RollingWriterState(String identity, Lineage lineage, @Nullable InProgressFileState file) {
    this.identity = Objects.requireNonNull(identity);
    this.lineage = Objects.requireNonNull(lineage);
    this.file = file;
  }

  String identity() {
    return identity;
  }

  /** Of the checkpoint that this is part of. */
  Lineage lineage() {
    return lineage;
  }

  Optional<InProgressFileState> file() {
    return Optional.ofNullable(file);
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof RollingWriterState)) {
      return false;
    }
    RollingWriterState that = (RollingWriterState) other;
    return identity.equals(that.identity)
        && lineage.equals(that.lineage)
        && Objects.equals(file, that.file);
  }

  @Override
  public int hashCode() {
    return Objects.hash(identity, lineage, file);
  }

  @Override
  public String toString() {
    return String.format("%s, %s: %s", identity, lineage, file);
  }
}
