package io.clickstreamlake.sink;

import java.util.Objects;
import java.util.Optional;
import javax.annotation.Nullable;

/**
 * An element of the writer's operator state. A writer stores one per open file, so that Flink can
 * assign the files to other writers when the job is rescaled. It also stores enough elements
 * without a file that every writer of a rescaled job gets at least one, and so the identity and the
 * lineage of the snapshot. Immutable.
 */
final class RollingWriterState {

  private final String identity;
  private final Lineage lineage;
  @Nullable private final InProgressFileState file;

  /**
   * @param identity of the sink, see {@link RollingParquetSinkBuilder#identity}
   */
  RollingWriterState(String identity, Lineage lineage, @Nullable InProgressFileState file) {
    this.identity = Objects.requireNonNull(identity);
    this.lineage = Objects.requireNonNull(lineage);
    this.file = file;
  }

  String identity() {
    return identity;
  }

  /** Lineage of the checkpoint that contains this element. */
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
