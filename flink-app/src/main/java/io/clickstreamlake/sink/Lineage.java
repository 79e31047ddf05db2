package io.clickstreamlake.sink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The checkpoints that a snapshot descends from, across restarts, updates, rollbacks and starts
 * without a snapshot.
 *
 * <p>An <i>epoch</i> is one submission of the job. Its identifier is generated when the job graph
 * is built, so it is the same in all subtasks and in restarts by Flink. Within an epoch there is
 * one JobManager, and the numbers of its checkpoints only increase. But not every checkpoint is
 * part of the history: a savepoint can be on a branch that a later failure abandons. Across epochs,
 * numbers repeat: two submissions that start from one savepoint both continue to count from it. So
 * a lineage is a list of segments, one per restore:
 *
 * <pre>
 *   epoch a   ─ 1 ─ 2 ─ 3 ─ 4 (lost)
 *                       └─── 5 ─ 6         restart by Flink from 3; 4 is abandoned
 *                                └── epoch b ─ 7 ─ 8       update from savepoint 6
 *
 *   lineage of checkpoint 8:   a(-1..3]  a(3..6]  b(6..8]
 * </pre>
 *
 * <p>A segment {@code e(from..to]} means: epoch <i>e</i> restored checkpoint <i>from</i>, or
 * started without a snapshot (-1), and the next segment descends from its checkpoint <i>to</i>.
 *
 * <p>Immutable.
 */
final class Lineage {

  /** End of the segment of a running attempt. */
  static final long OPEN = Long.MAX_VALUE;

  /** Beginning of a segment that restored no checkpoint. */
  static final long NONE = -1;

  private final List<Segment> segments;

  private Lineage(List<Segment> segments) {
    this.segments = new ArrayList<>(segments);
  }

  /**
   * The lineage of a start without a snapshot. It contains all publications so far, since the new
   * rows follow them, whatever position of the stream the job starts from.
   */
  static Lineage fresh(String epoch, Collection<Publication> published) {
    return after(epoch, published).branch(epoch, NONE);
  }

  /** The lineage of a sink that was added to the job: the restored snapshot has no state of it. */
  static Lineage added(String epoch, long restored, Collection<Publication> published) {
    return after(epoch, published).branch(epoch, restored);
  }

  private static Lineage after(String epoch, Collection<Publication> published) {
    Map<String, Segment> byEpoch = new TreeMap<>();
    List<Segment> past = new ArrayList<>();
    for (Publication publication : published) {
      long checkpoint = publication.checkpoint();
      if (publication.kind() == Publication.Kind.REWOUND || publication.epoch().equals(epoch)) {
        continue;
      }
      if (publication.isRestore()) {
        past.add(new Segment(publication.epoch(), checkpoint, checkpoint));
      } else {
        byEpoch.merge(
            publication.epoch(),
            new Segment(publication.epoch(), checkpoint - 1, checkpoint),
            (one, other) ->
                new Segment(one.epoch, Math.min(one.from, other.from), Math.max(one.to, other.to)));
      }
    }
    past.addAll(byEpoch.values());
    return new Lineage(past);
  }

  /** The lineage of an attempt that restored this snapshot. */
  Lineage branch(String epoch, long restored) {
    List<Segment> extended = new ArrayList<>(segments);
    extended.add(new Segment(epoch, restored, OPEN));
    return new Lineage(extended);
  }

  /** The lineage of a checkpoint of this attempt. */
  Lineage at(long checkpoint) {
    List<Segment> closed = new ArrayList<>(segments);
    Segment last = closed.remove(closed.size() - 1);
    closed.add(new Segment(last.epoch, last.from, checkpoint));
    return new Lineage(closed);
  }

  /**
   * This lineage without segments that no longer matter: those before the first segment with a
   * publication, and restores within an epoch that published nothing. The last segment is always
   * kept.
   */
  Lineage compacted(Collection<Publication> published) {
    int last = segments.size() - 1;
    int first = last;
    for (int i = last; i >= 0; i--) {
      if (published.stream().anyMatch(segments.get(i)::contains)) {
        first = i;
      }
    }
    List<Segment> compact = new ArrayList<>();
    for (Segment segment : segments.subList(first, last)) {
      Segment before = compact.isEmpty() ? null : compact.get(compact.size() - 1);
      if (before != null
          && before.epoch.equals(segment.epoch)
          && published.stream().noneMatch(before::isRestore)
          && published.stream().noneMatch(segment::isRestore)) {
        compact.set(compact.size() - 1, new Segment(segment.epoch, before.from, segment.to));
      } else {
        compact.add(segment);
      }
    }
    compact.add(segments.get(last));
    return new Lineage(compact);
  }

  /** The epoch of the last segment. */
  String epoch() {
    return last().epoch;
  }

  /** The checkpoint that this lineage belongs to, or {@link #OPEN} for a running attempt. */
  long checkpoint() {
    return last().to;
  }

  private Segment last() {
    return segments.get(segments.size() - 1);
  }

  /**
   * Whether the published rows are part of this snapshot, so that restoring it repeats none of
   * them.
   */
  boolean contains(Publication publication) {
    return segments.stream().anyMatch(segment -> segment.contains(publication));
  }

  /**
   * Whether this job descends from a publication. This differs from {@link #contains} if another
   * submission restored a snapshot that this one restored too: that submission replaced this one.
   */
  boolean descendsFrom(Publication publication) {
    return segments.stream()
        .anyMatch(
            segment ->
                publication.isRestore()
                    ? segment.beginsWith(publication)
                    : segment.contains(publication));
  }

  /**
   * The epoch of this lineage that restored the same snapshot as another submission, and so
   * replaced it. Empty if the publication is not a restore of another submission.
   */
  Optional<String> successorOf(Publication publication) {
    if (publication.kind() != Publication.Kind.RESTORED || descendsFrom(publication)) {
      return Optional.empty();
    }
    for (int i = 0; i + 1 < segments.size(); i++) {
      if (segments.get(i).isRestore(publication)) {
        return Optional.of(segments.get(i + 1).epoch);
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a restore went back to a checkpoint before this snapshot. Then the files that were open
   * at that checkpoint end there, and the later bytes that this snapshot needs are lost.
   */
  boolean wasCutOffBy(Publication publication) {
    return publication.isRestore()
        && segments.stream()
            .anyMatch(
                segment ->
                    segment.epoch.equals(publication.parent())
                        && segment.from < publication.checkpoint()
                        && publication.checkpoint() < segment.to);
  }

  void writeTo(DataOutputSerializer out) throws IOException {
    out.writeInt(segments.size());
    for (Segment segment : segments) {
      out.writeUTF(segment.epoch);
      out.writeLong(segment.from);
      out.writeLong(segment.to);
    }
  }

  static Lineage readFrom(DataInputDeserializer in) throws IOException {
    List<Segment> segments = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      segments.add(new Segment(in.readUTF(), in.readLong(), in.readLong()));
    }
    return new Lineage(segments);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Lineage && segments.equals(((Lineage) other).segments);
  }

  @Override
  public int hashCode() {
    return segments.hashCode();
  }

  /** Example: {@code a(-1..3] b(3..]}. */
  @Override
  public String toString() {
    return segments.stream().map(Segment::toString).collect(Collectors.joining(" "));
  }

  private static final class Segment {

    private final String epoch;
    private final long from;
    private final long to;

    Segment(String epoch, long from, long to) {
      this.epoch = Objects.requireNonNull(epoch);
      this.from = from;
      this.to = to;
    }

    /**
     * Whether the segment begins or ends with this restore, or with another one of the same
     * checkpoint.
     */
    boolean isRestore(Publication publication) {
      long restored = publication.checkpoint();
      return publication.isRestore()
          && (beginsWith(publication) || epoch.equals(publication.parent()) && to == restored);
    }

    boolean beginsWith(Publication restore) {
      return epoch.equals(restore.epoch()) && from == restore.checkpoint();
    }

    boolean contains(Publication publication) {
      return publication.isRestore()
          ? isRestore(publication)
          : epoch.equals(publication.epoch())
              && publication.checkpoint() <= to
              // The start of an epoch precedes all of its checkpoints, whatever it restored.
              && (from < publication.checkpoint() || publication.startsEpoch());
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Segment
          && epoch.equals(((Segment) other).epoch)
          && from == ((Segment) other).from
          && to == ((Segment) other).to;
    }

    @Override
    public int hashCode() {
      return Objects.hash(epoch, from, to);
    }

    @Override
    public String toString() {
      return String.format("%s(%d..%s]", epoch, from, to == OPEN ? "" : to);
    }
  }
}
