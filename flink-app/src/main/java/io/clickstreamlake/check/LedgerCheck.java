package io.clickstreamlake.check;

import io.clickstreamlake.tables.LakeTable;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Compares the counts of the ledger with each other and with the rows of the tables, by arrival
 * hour and stream.
 *
 * <p>An hour is compared when all of its counts must be visible. Its rows are visible before the
 * settled mark of the tables. The counts of a row are posted at the checkpoint that follows it, to
 * a file of the ledger that rolls at the end of its interval:
 *
 * <pre>
 *   file with rows of the hour:   opened ── rolls ─┐ interval
 *   file of the ledger:                     opened at the latest here ── rolls ─┐ interval
 *                                                                     checkpoint, visible
 * </pre>
 *
 * <p>So the mark must be two intervals past the roll of the last file with rows of the hour.
 * Whoever adds rows of older hours, such as a load, moves this time on, and the hour is not
 * compared until then. Not thread-safe.
 */
final class LedgerCheck {

  private static final Duration HOUR = Duration.ofHours(1);

  private static final class Sums {

    private long received;
    private long written;
    private long rejected;
    private long duplicate;
    private long loaded;
    private long erasedEvents;
    private long erasedRejections;
    private long events;
    private long rejections;
    private Instant lastOpened = Instant.MIN;
  }

  private static final class Key implements Comparable<Key> {

    private final Instant hour;
    private final String stream;

    private Key(Instant hour, String stream) {
      this.hour = hour;
      this.stream = stream;
    }

    @Override
    public int compareTo(Key other) {
      int order = hour.compareTo(other.hour);
      return order == 0 ? stream.compareTo(other.stream) : order;
    }
  }

  private final Duration rollInterval;
  private final TreeMap<Key, Sums> hours = new TreeMap<>();
  private int compared;
  private int open;

  LedgerCheck(Duration rollInterval) {
    this.rollInterval = rollInterval;
  }

  /** Adds a count of a file. */
  void add(ListedFile file, Observation count) {
    Sums sums = hours.computeIfAbsent(new Key(count.hour(), count.stream), key -> new Sums());
    if (file.openedAt().isAfter(sums.lastOpened)) {
      sums.lastOpened = file.openedAt();
    }
    if (file.table() == LakeTable.CLICK_EVENTS) {
      sums.events += count.rows;
    } else if (file.table() == LakeTable.REJECTED_EVENTS) {
      sums.rejections += count.rows;
    } else {
      addEntry(count, sums);
    }
  }

  /** Outcomes that are not in the sum, such as late, and those of later versions are ignored. */
  private static void addEntry(Observation entry, Sums sums) {
    switch (entry.outcome) {
      case "received":
        sums.received += entry.rows;
        break;
      case "written":
        sums.written += entry.rows;
        break;
      case "rejected":
        sums.rejected += entry.rows;
        break;
      case "duplicate":
        sums.duplicate += entry.rows;
        break;
      case "loaded":
        sums.loaded += entry.rows;
        break;
      case "erased":
        if (entry.hasReason) {
          sums.erasedRejections += entry.rows;
        } else {
          sums.erasedEvents += entry.rows;
        }
        break;
      default:
        break;
    }
  }

  /**
   * Compares.
   *
   * @param settled mark of the tables
   * @param events whether click_events was read completely
   * @param rejectionsFrom the first arrival whose rejections are still there; the maximum if
   *     rejected_events was not read completely
   * @param findings receives what differs: kind and sentence
   */
  void compare(
      Instant settled,
      boolean events,
      Instant rejectionsFrom,
      BiConsumer<FindingKind, String> findings) {
    for (Map.Entry<Key, Sums> entry : hours.entrySet()) {
      Key key = entry.getKey();
      Sums sums = entry.getValue();
      if (closed(key.hour, sums.lastOpened).isAfter(settled)) {
        open++;
        continue;
      }
      compared++;
      String hour = "hour " + key.hour + ", stream " + key.stream + ": ";
      long outcomes = sums.written + sums.rejected + sums.duplicate;
      if (sums.received != outcomes) {
        findings.accept(
            FindingKind.LEDGER_IMBALANCE,
            hour
                + "received "
                + sums.received
                + ", but written "
                + sums.written
                + " + rejected "
                + sums.rejected
                + " + duplicate "
                + sums.duplicate
                + " = "
                + outcomes);
      }
      if (events) {
        differ(
            LakeTable.CLICK_EVENTS, sums.events, sums.written, sums.erasedEvents, hour, findings);
      }
      if (!key.hour.isBefore(rejectionsFrom)) {
        differ(
            LakeTable.REJECTED_EVENTS,
            sums.rejections,
            sums.rejected,
            sums.erasedRejections,
            hour,
            findings);
      }
    }
  }

  /**
   * Compares the archive with what the job has received. An object of the archive is in the folder
   * of its oldest record, so up to an hour the archive may have all that arrived up to the end of
   * the next one.
   *
   * @param archived number of events in the archive by hour of the folder
   * @param settled mark of the tables
   * @param excess receives the sentence for each hour in which the archive gets further ahead
   */
  void compareArchive(TreeMap<Instant, Long> archived, Instant settled, Consumer<String> excess) {
    TreeMap<Instant, Long> received = new TreeMap<>();
    TreeSet<Instant> open = new TreeSet<>();
    hours.forEach(
        (key, sums) -> {
          received.merge(key.hour, sums.received - sums.loaded, Long::sum);
          if (closed(key.hour, sums.lastOpened).isAfter(settled)) {
            open.add(key.hour);
          }
        });
    if (archived.isEmpty()) {
      return;
    }
    long ahead = 0;
    long reported = 0;
    for (Instant hour = archived.firstKey();
        !hour.isAfter(archived.lastKey());
        hour = hour.plus(HOUR)) {
      Instant next = hour.plus(HOUR);
      if (open.contains(hour) || open.contains(next) || closed(next, next).isAfter(settled)) {
        return;
      }
      ahead += archived.getOrDefault(hour, 0L) - received.getOrDefault(hour, 0L);
      long missing = ahead - received.getOrDefault(next, 0L);
      if (missing > reported) {
        excess.accept(
            "up to hour "
                + hour
                + " the archive has "
                + missing
                + " more events than the job has received"
                + (reported == 0 ? "" : ", " + (missing - reported) + " more than an hour before"));
        reported = missing;
      }
    }
  }

  private static void differ(
      LakeTable<?> table,
      long rows,
      long counted,
      long erased,
      String hour,
      BiConsumer<FindingKind, String> findings) {
    if (rows != counted - erased) {
      findings.accept(
          FindingKind.LEDGER_DIFFERS,
          hour
              + table
              + " has "
              + rows
              + " rows, but the ledger counts "
              + counted
              + (erased == 0 ? "" : " and " + erased + " erased"));
    }
  }

  private Instant closed(Instant hour, Instant lastOpened) {
    long interval = rollInterval.toMillis();
    Instant rolled =
        Instant.ofEpochMilli(
            Math.floorDiv(lastOpened.toEpochMilli(), interval) * interval + 3 * interval);
    Instant ended = hour.plus(HOUR);
    return rolled.isAfter(ended) ? rolled : ended;
  }

  /** Number of hours and streams that were compared. */
  int compared() {
    return compared;
  }

  /** Number of hours and streams that may still change. */
  int open() {
    return open;
  }
}
