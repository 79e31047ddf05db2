package io.clickstreamlake.sink;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.annotation.Nullable;

/**
 * An entry of the {@link PublicationLog}: it records that files became visible, and from which
 * checkpoint on snapshots contain their rows. The name contains all of that, so a listing of the
 * log is sufficient to check a snapshot:
 *
 * <pre>
 *   20261120T130000Z-committed-4f0c2a9be1d37788-42-1c0ffee2a4b9d016
 *   time             kind      epoch            checkpoint and a random number
 *
 *   20261120T130000Z-restored-90aa17c2d4e5b600-42-1c0ffee2a4b9d016-of-4f0c2a9be1d37788
 *   time             kind     epoch            checkpoint             parent
 * </pre>
 *
 * <ul>
 *   <li><b>committed</b>: files that rolled before the checkpoint of this epoch, and became visible
 *       after it.
 *   <li><b>restored</b>: this epoch restored the checkpoint of the parent epoch, and made its
 *       unfinished files visible.
 *   <li><b>pruned</b>: replaces this entry and all older entries; their lists of files are deleted.
 *   <li><b>rewound</b>: was one of the other kinds, but its files were moved out of the table.
 * </ul>
 *
 * <p>Immutable; equal by name.
 */
final class Publication implements Comparable<Publication> {

  enum Kind {
    COMMITTED,
    RESTORED,
    PRUNED,
    REWOUND;

    private final String text = name().toLowerCase(Locale.ROOT);
  }

  private static final Pattern NAME =
      Pattern.compile(
          "(\\d{8}T\\d{6}Z)-(committed|restored|pruned|rewound)-([0-9a-z]+)-(\\d+)-([0-9a-f]+)"
              + "(?:-of-([0-9a-z]+))?");

  private final String name;
  private final Kind kind;
  private final String epoch;
  private final long checkpoint;
  @Nullable private final String parent;

  private Publication(
      String name, Kind kind, String epoch, long checkpoint, @Nullable String parent) {
    this.name = name;
    this.kind = kind;
    this.epoch = epoch;
    this.checkpoint = checkpoint;
    this.parent = parent;
  }

  /**
   * Creates an entry, a different one per call even with the same arguments: several subtasks
   * publish at one checkpoint, and repeated attempts distribute the files differently.
   *
   * @param time for sorting and pruning, in milliseconds since 1970
   */
  static Publication committed(long time, String epoch, long checkpoint) {
    return of(Kind.COMMITTED, time, epoch, checkpoint, null);
  }

  /** Creates an entry of a restore; see {@link #committed}. */
  static Publication restored(long time, String epoch, String parent, long checkpoint) {
    return of(Kind.RESTORED, time, epoch, checkpoint, Objects.requireNonNull(parent));
  }

  /** The entry that replaces this entry and all older entries. */
  Publication pruned() {
    return withKind(Kind.PRUNED);
  }

  /** This entry after its files were moved out of the table. */
  Publication rewound() {
    return withKind(Kind.REWOUND);
  }

  /** This restore, taken over by another epoch that restored the same snapshot. */
  Publication takenOverBy(String newEpoch) {
    String renamed =
        name.replaceFirst(
            "-" + kind.text + "-" + epoch + "-", "-" + kind.text + "-" + newEpoch + "-");
    return new Publication(renamed, kind, newEpoch, checkpoint, parent);
  }

  private Publication withKind(Kind other) {
    String renamed = name.replaceFirst("-" + kind.text + "-", "-" + other.text + "-");
    return new Publication(renamed, other, epoch, checkpoint, parent);
  }

  private static Publication of(
      Kind kind, long time, String epoch, long checkpoint, @Nullable String parent) {
    String name =
        String.format(
            Locale.ROOT,
            "%s-%s-%s-%d-%016x%s",
            FileNames.time(time),
            kind.text,
            epoch,
            checkpoint,
            UUID.randomUUID().getMostSignificantBits(),
            parent == null ? "" : "-of-" + parent);
    return new Publication(name, kind, epoch, checkpoint, parent);
  }

  /** Parses the name of an entry; empty if the name has another format. */
  static Optional<Publication> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Kind kind = Kind.valueOf(matcher.group(2).toUpperCase(Locale.ROOT));
    return Optional.of(
        new Publication(
            name, kind, matcher.group(3), Long.parseLong(matcher.group(4)), matcher.group(6)));
  }

  String name() {
    return name;
  }

  Kind kind() {
    return kind;
  }

  /** Whether a restore published this entry; also true if it was rewound later. */
  boolean isRestore() {
    return parent != null;
  }

  /** When it was recorded, to the second; sorts by time. */
  String time() {
    return name.substring(0, name.indexOf('-'));
  }

  /**
   * Whether this entry records the start of its epoch, by a restore from another one or without a
   * snapshot.
   */
  boolean startsEpoch() {
    return isRestore() ? !epoch.equals(parent) : kind == Kind.COMMITTED && checkpoint == 0;
  }

  /** The submission that published. */
  String epoch() {
    return epoch;
  }

  /** A checkpoint of {@link #epoch}; for a restore, a checkpoint of {@link #parent}. */
  long checkpoint() {
    return checkpoint;
  }

  /** The epoch of the restored checkpoint; null unless {@link #isRestore}. */
  @Nullable
  String parent() {
    return parent;
  }

  /** Orders entries by time. */
  @Override
  public int compareTo(Publication other) {
    return name.compareTo(other.name);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Publication && name.equals(((Publication) other).name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
