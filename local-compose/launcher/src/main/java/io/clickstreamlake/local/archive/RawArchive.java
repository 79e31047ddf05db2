package io.clickstreamlake.local.archive;

import static java.util.stream.Collectors.toSet;

import io.clickstreamlake.local.Backoff;
import io.clickstreamlake.local.LakeException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The raw archive: reads a stream from its beginning, or from where an earlier run stopped, and
 * stores every record. One thread reads all shards in turn; another may call {@link #stop}.
 */
final class RawArchive {

  private static final Logger LOG = LoggerFactory.getLogger(RawArchive.class);

  /** A shard allows five reads per second for all readers together; the job uses two of them. */
  private static final Duration POLL = Duration.ofSeconds(1);

  private static final Backoff BACKOFF = new Backoff(POLL, Duration.ofSeconds(10));

  /** Interval between two lists of shards, unless a shard ends earlier. */
  private static final Duration DISCOVERY = Duration.ofSeconds(10);

  private final ArchiveSource source;
  private final ArchiveSettings settings;
  private final Path positionFile;
  private final Clock clock;
  private final Runnable heartbeat;
  private final Delivery delivery;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Map<String, OpenShard> open = new TreeMap<>();
  private ArchivePosition position;
  private Instant nextDiscovery = Instant.MIN;

  /** A shard that is being read. */
  private static final class OpenShard {
    final String id;
    final DeliveryBuffer buffer;
    Optional<String> lastRead;

    OpenShard(String id, DeliveryBuffer buffer, Optional<String> stored) {
      this.id = id;
      this.buffer = buffer;
      this.lastRead = stored;
    }
  }

  /**
   * @param positionFile file that stores the position
   * @param heartbeat called after each turn over the shards without an error
   */
  RawArchive(
      ArchiveSource source,
      ObjectStore store,
      ArchiveSettings settings,
      Path positionFile,
      Clock clock,
      Runnable heartbeat) {
    this.source = source;
    this.settings = settings;
    this.positionFile = positionFile;
    this.clock = clock;
    this.heartbeat = heartbeat;
    this.delivery =
        new Delivery(store, settings.deliveryStream(), settings.retryFor(), clock, this::pause);
  }

  /** Archives until {@link #stop} is called, and stores all buffered records before it returns. */
  void run() {
    Duration wait = BACKOFF.first();
    while (!isStopped()) {
      try {
        if (!turn()) {
          pause(POLL);
        }
        wait = BACKOFF.first();
      } catch (LakeException e) {
        throw e;
      } catch (RuntimeException e) {
        // The records that were read stay buffered, and reading continues after them.
        LOG.warn("next attempt in {}, because of {}", wait, e.toString());
        pause(wait);
        wait = BACKOFF.after(wait);
      }
    }
    open.values().forEach(this::deliver);
  }

  /** Ends {@link #run} soon; safe to call twice. */
  void stop() {
    stopped.countDown();
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /** Returns false, and early, when this archive is stopped. */
  private boolean pause(Duration duration) {
    try {
      return !stopped.await(duration.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stop();
      return false;
    }
  }

  /**
   * Reads each shard once.
   *
   * @return whether any had records, so that the next turn should follow immediately
   */
  boolean turn() {
    // First: buffered records must not be delayed because the stream does not answer.
    deliverDue();
    discover();
    boolean any = false;
    for (OpenShard shard : List.copyOf(open.values())) {
      if (isStopped()) {
        return any;
      }
      ArchiveSource.Batch batch = source.read(shard.id, shard.lastRead);
      for (ArchiveRecord record : batch.records()) {
        if (!shard.buffer.accepts(record) && !deliver(shard)) {
          return any;
        }
        shard.buffer.add(record, clock.instant());
        shard.lastRead = Optional.of(record.sequenceNumber());
      }
      any |= !batch.records().isEmpty();
      if (batch.ended() && deliver(shard)) {
        finish(shard);
      }
    }
    heartbeat.run();
    return any;
  }

  private void discover() {
    Instant now = clock.instant();
    if (now.isBefore(nextDiscovery)) {
      return;
    }
    if (position == null) {
      position = ArchivePosition.open(positionFile, source.identity());
    }
    List<ArchiveSource.Shard> shards = source.shards();
    Set<String> known = shards.stream().map(ArchiveSource.Shard::id).collect(toSet());
    position.retain(known);
    for (ArchiveSource.Shard shard : shards) {
      if (!open.containsKey(shard.id()) && !position.isFinished(shard.id())) {
        List<String> unfinished = new ArrayList<>(shard.parents());
        // A parent that the stream no longer keeps has no records to read.
        unfinished.removeIf(parent -> !known.contains(parent) || position.isFinished(parent));
        if (unfinished.isEmpty()) {
          begin(shard.id());
        }
      }
    }
    nextDiscovery = now.plus(DISCOVERY);
  }

  private void begin(String shard) {
    Optional<String> stored = position.stored(shard);
    LOG.info("reading {} {}", shard, stored.map(s -> "after " + s).orElse("from its beginning"));
    open.put(
        shard,
        new OpenShard(
            shard, new DeliveryBuffer(settings.bufferBytes(), settings.bufferInterval()), stored));
  }

  private void finish(OpenShard shard) {
    LOG.info("{} is closed and read to its end", shard.id);
    position.finish(shard.id);
    open.remove(shard.id);
    // Its child shards can be read now.
    nextDiscovery = Instant.MIN;
  }

  private void deliverDue() {
    Instant now = clock.instant();
    for (OpenShard shard : open.values()) {
      if (shard.buffer.isDue(now)) {
        deliver(shard);
      }
    }
  }

  /**
   * Stores the buffered records, and only then moves the position past them.
   *
   * @return false if they are not stored, because the process is ending
   */
  private boolean deliver(OpenShard shard) {
    DeliveryBuffer buffer = shard.buffer;
    if (buffer.isEmpty()) {
      return true;
    }
    if (!delivery.deliver(buffer.records(), buffer.oldest())) {
      return false;
    }
    position.store(shard.id, buffer.lastSequenceNumber().orElseThrow());
    buffer.clear();
    return true;
  }
}
