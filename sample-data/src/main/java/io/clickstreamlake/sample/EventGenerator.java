package io.clickstreamlake.sample;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A generator of web shop events, in the order in which they are sent.
 *
 * <p>Equal settings generate equal events, byte for byte: the generator uses no clock. Any other
 * setting changes the event ids, so the events of two runs are not duplicates of each other. The
 * number of events per {@link Kind} is exactly its rounded share; memory does not grow with the
 * number of events.
 *
 * <pre>{@code
 * EventGenerator events = EventGenerator.builder()
 *     .seed(1).events(20_000).brokenShare(0.0005)
 *     .from(Instant.parse("2026-11-20T00:00:00Z")).to(Instant.parse("2026-11-21T00:00:00Z"))
 *     .build();
 * for (GeneratedEvent event : events) { … event.bytes() … }
 * events.count(Kind.BROKEN);  // 10
 * }</pre>
 */
public final class EventGenerator implements Iterable<GeneratedEvent> {

  /** A duplicate repeats one of this number of good events before it. */
  static final int DUPLICATE_REACH = 500;

  /** Average time between two events of a visit, if there are enough visitors. */
  private static final Duration PAUSE = Duration.ofSeconds(30);

  /** Minimum time between a late event and the time range. */
  private static final Duration MIN_DELAY = Duration.ofHours(1);

  private static final int MAX_CONCURRENT_VISITS = 2_000;
  private static final int EVENTS_PER_VISITOR = 12;

  private final long seed;
  private final int events;
  private final Map<Kind, Integer> counts;
  private final int maxLateDays;
  private final List<Defect> defects;
  private final Instant from;
  private final Instant to;
  private final Shop shop = new Shop();

  private EventGenerator(Builder builder) {
    this.seed = builder.seed;
    this.events = builder.events;
    this.counts = builder.counts();
    this.maxLateDays = builder.maxLateDays;
    this.defects = builder.defects;
    this.from = builder.from;
    this.to = builder.to;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Number of events of a kind. */
  public int count(Kind kind) {
    return counts.get(kind);
  }

  /** Total number of events. */
  public int events() {
    return events;
  }

  @Override
  public Iterator<GeneratedEvent> iterator() {
    return new Run();
  }

  public Stream<GeneratedEvent> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  /** One pass over the events. */
  private final class Run implements Iterator<GeneratedEvent> {

    private final EventText text = new EventText();
    private final SplittableRandom random;
    private final int visitors = Math.max(20, events / EVENTS_PER_VISITOR);
    private final Map<Kind, Integer> left = new EnumMap<>(counts);
    private final double millisPerEvent =
        (double) Duration.between(from, to).toMillis() / Math.max(1, events);

    /** The current visits; the next one to continue is drawn at random. */
    private final List<Visit> visits = new ArrayList<>();

    private final GeneratedEvent[] recent = new GeneratedEvent[DUPLICATE_REACH];
    private int good;
    private int broken;
    private int sent;

    /** A visit that was recorded while the device was offline. */
    private Visit offline;

    private Instant offlineTime;

    Run() {
      // The settings are part of the seed, so that the ids of different runs differ.
      random =
          new SplittableRandom(
              mix(
                  seed,
                  events,
                  from.toEpochMilli(),
                  to.toEpochMilli(),
                  maxLateDays,
                  count(Kind.BROKEN),
                  count(Kind.DUPLICATE),
                  count(Kind.LATE)));
      double concurrent = PAUSE.toMillis() / Math.max(millisPerEvent, 1e-3);
      int open = (int) Math.max(1, Math.min(MAX_CONCURRENT_VISITS, concurrent));
      for (int i = 0; i < open; i++) {
        visits.add(newVisit());
      }
    }

    @Override
    public boolean hasNext() {
      return sent < events;
    }

    @Override
    public GeneratedEvent next() {
      if (!hasNext()) {
        throw new NoSuchElementException("all " + events + " events have been generated");
      }
      Kind kind = drawKind();
      left.merge(kind, -1, Integer::sum);
      GeneratedEvent event =
          switch (kind) {
            case GOOD -> remember(onTime(null));
            case BROKEN -> onTime(defects.get(broken++ % defects.size()));
            case DUPLICATE -> recent[random.nextInt(Math.min(good, DUPLICATE_REACH))].sentAgain();
            case LATE -> late();
          };
      sent++;
      return event;
    }

    /**
     * Draws a kind with the probability of its share in the remaining events, so counts are exact.
     */
    private Kind drawKind() {
      int drawn = random.nextInt(events - sent);
      for (Map.Entry<Kind, Integer> entry : left.entrySet()) {
        drawn -= entry.getValue();
        if (drawn < 0) {
          boolean nothingToRepeat = entry.getKey() == Kind.DUPLICATE && good == 0;
          return nothingToRepeat ? Kind.GOOD : entry.getKey();
        }
      }
      throw new IllegalStateException("the counts exceed the number of events: " + left);
    }

    private GeneratedEvent onTime(Defect defect) {
      long offset = (long) ((sent + random.nextDouble()) * millisPerEvent);
      int index = random.nextInt(visits.size());
      Visit visit = visits.get(index);
      GeneratedEvent event =
          event(visit, from.plusMillis(offset), defect == null ? Kind.GOOD : Kind.BROKEN, defect);
      if (visit.ended()) {
        visits.set(index, newVisit());
      }
      return event;
    }

    private GeneratedEvent late() {
      if (offline == null || offline.ended()) {
        offline = newVisit();
        long days = 1 + random.nextInt(maxLateDays);
        offlineTime = from.minus(Duration.ofDays(days)).plusSeconds(random.nextInt(80_000));
      }
      GeneratedEvent event = event(offline, offlineTime, Kind.LATE, null);
      offlineTime = offlineTime.plusMillis(5_000 + random.nextInt(55_000));
      if (offlineTime.isAfter(from.minus(MIN_DELAY))) {
        offline = null;
      }
      return event;
    }

    private GeneratedEvent event(Visit visit, Instant time, Kind kind, Defect defect) {
      Visit.Step step = visit.next();
      String id = Visitor.uuid(random);
      String json = text.write(visit, step, id, time, defect, random.nextDouble());
      return new GeneratedEvent(
          json, kind, defect, id, step.type().text(), visit.sessionId(), time);
    }

    private GeneratedEvent remember(GeneratedEvent event) {
      recent[good++ % DUPLICATE_REACH] = event;
      return event;
    }

    /** Some visitors return far more often than others. */
    private Visit newVisit() {
      double skewed = random.nextDouble();
      int number = (int) (skewed * skewed * visitors);
      return new Visit(Visitor.numbered(number, seed, shop), shop, random.split());
    }
  }

  private static long mix(long... values) {
    long mixed = 0;
    for (long value : values) {
      mixed = (mixed ^ value) * 0xBF58476D1CE4E5B9L;
      mixed ^= mixed >>> 31;
    }
    return mixed;
  }

  /** Builder of a generator. The time range is required; all other settings have defaults. */
  public static final class Builder {

    private long seed = 1;
    private int events = 20_000;
    private double brokenShare;
    private double duplicateShare;
    private double lateShare;
    private int maxLateDays = 3;
    private List<Defect> defects = List.of(Defect.values());
    private Instant from;
    private Instant to;

    private Builder() {}

    /** Seed of the generator; another seed generates other events. Default 1. */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /** Total number of events, including broken, duplicate and late ones. Default 20,000. */
    public Builder events(int events) {
      if (events < 0) {
        throw new IllegalArgumentException("events must not be negative, but is " + events);
      }
      this.events = events;
      return this;
    }

    /** Share of {@link Kind#BROKEN} events, 0 to 1. Default 0. */
    public Builder brokenShare(double share) {
      this.brokenShare = checkedShare("brokenShare", share);
      return this;
    }

    /** Share of {@link Kind#DUPLICATE} events, 0 to 1. Default 0. */
    public Builder duplicateShare(double share) {
      this.duplicateShare = checkedShare("duplicateShare", share);
      return this;
    }

    /** Share of {@link Kind#LATE} events, 0 to 1. Default 0. */
    public Builder lateShare(double share) {
      this.lateShare = checkedShare("lateShare", share);
      return this;
    }

    /**
     * Maximum number of days between late events and the time range; the minimum is an hour.
     * Default 3.
     */
    public Builder maxLateDays(int days) {
      if (days < 1) {
        throw new IllegalArgumentException("maxLateDays must be at least 1, but is " + days);
      }
      this.maxLateDays = days;
      return this;
    }

    /** The defects of broken events, in turn. Default: each {@link Defect}. */
    public Builder defects(Defect... defects) {
      if (defects.length == 0) {
        throw new IllegalArgumentException("at least one defect is needed");
      }
      this.defects = List.of(defects);
      return this;
    }

    /** Start of the time range. */
    public Builder from(Instant from) {
      this.from = Objects.requireNonNull(from, "from");
      return this;
    }

    /** End of the time range, exclusive. */
    public Builder to(Instant to) {
      this.to = Objects.requireNonNull(to, "to");
      return this;
    }

    /**
     * Validates the settings and creates the generator.
     *
     * @throws IllegalArgumentException if the time range is missing or empty, if the sum of the
     *     shares exceeds 1, or if there are duplicates but no good events to repeat
     */
    public EventGenerator build() {
      if (from == null || to == null || !from.isBefore(to)) {
        throw new IllegalArgumentException(
            "from must be before to, but the time range is from " + from + " to " + to);
      }
      Map<Kind, Integer> counts = counts();
      int good = counts.get(Kind.GOOD);
      if (good < 0) {
        throw new IllegalArgumentException(
            "the sum of brokenShare, duplicateShare and lateShare must not exceed 1, but is "
                + brokenShare
                + " + "
                + duplicateShare
                + " + "
                + lateShare);
      }
      if (good == 0 && counts.get(Kind.DUPLICATE) > 0) {
        throw new IllegalArgumentException(
            "duplicates repeat good events, but brokenShare, duplicateShare and lateShare leave"
                + " none");
      }
      return new EventGenerator(this);
    }

    private Map<Kind, Integer> counts() {
      Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
      int broken = part(brokenShare);
      int duplicate = part(duplicateShare);
      int late = part(lateShare);
      counts.put(Kind.GOOD, events - broken - duplicate - late);
      counts.put(Kind.BROKEN, broken);
      counts.put(Kind.DUPLICATE, duplicate);
      counts.put(Kind.LATE, late);
      return counts;
    }

    private int part(double share) {
      return (int) Math.round(share * events);
    }

    private static double checkedShare(String name, double share) {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException(name + " must be from 0 to 1, but is " + share);
      }
      return share;
    }
  }
}
