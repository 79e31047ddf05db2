package io.clickstreamlake.sink;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.annotation.Nullable;

/**
 * That rows became visible, and from which snapshots on they are known: an entry of the {@link
 * PublicationLog}. Its name says it all, so that a listing suffices to judge a snapshot:
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
 *   <li><b>committed</b>: files that rolled before the checkpoint of this epoch, made visible after
 *       it.
 *   <li><b>restored</b>: this epoch restored the checkpoint of the parent epoch, and made visible
 *       what it left unfinished.
 *   <li><b>pruned</b>: what remains of this entry and all before it; which files they had is
 *       forgotten.
 *   <li><b>rewound</b>: was one of the others, and its files were moved out of the table.
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
   * Each call makes another entry, also with the same arguments: several subtasks publish at one
   * checkpoint, and attempts that are repeated share out the files in other ways.
   *
   * @param time for sorting by eye and for pruning, milliseconds since 1970
   */
  static Publication committed(long time, String epoch, long checkpoint) {
    return of(Kind.COMMITTED, time, epoch, checkpoint, null);
  }

  /** As {@link #committed}. */
  static Publication restored(long time, String epoch, String parent, long checkpoint) {
    return of(Kind.RESTORED, time, epoch, checkpoint, Objects.requireNonNull(parent));
  }

  /** The same, as what remains of it and all entries before it. */
  Publication pruned() {
    return as(Kind.PRUNED);
  }

  /** The same, after its files were moved out of the table. */
  Publication rewound() {
    return as(Kind.REWOUND);
  }

  /** The same restore, taken over by another epoch that restored the same snapshot. */
  Publication takenOverBy(String newEpoch) {
    String renamed =
        name.replaceFirst(
            "-" + kind.text + "-" + epoch + "-", "-" + kind.text + "-" + newEpoch + "-");
    return new Publication(renamed, kind, newEpoch, checkpoint, parent);
  }

  private Publication as(Kind other) {
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

  /** What an entry's name says; empty if it is the name of something else. */
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

  /** Whether a restore made this visible, or, if rewound, had made it. */
  boolean isRestore() {
    return parent != null;
  }

  /** Who published. */
  String epoch() {
    return epoch;
  }

  /** Of {@link #epoch}, or, of a restore, of {@link #parent}. */
  long checkpoint() {
    return checkpoint;
  }

  /** Whose checkpoint was restored; null unless {@link #isRestore}. */
  @Nullable
  String parent() {
    return parent;
  }

  /** By time. */
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
