package io.clickstreamlake.sample;

import java.time.Duration;
import java.time.Instant;
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
 * <p>People come back after days or weeks, some of them with another device, and sign in during a
 * visit; between 2 and 3 % of their visits end in an order. Robots read beside them.
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

  /** A time range from this length on has the rhythm of day and week; a shorter one is steady. */
  private static final Duration RHYTHM_FROM = Duration.ofDays(1);

  /** Minimum time between a late event and the time range. */
  private static final Duration MIN_DELAY = Duration.ofHours(1);

  /** Last second of a day in which a late visit begins. */
  private static final int LATEST_SECOND = 80_000;

  private static final int EVENTS_PER_CUSTOMER = 20;
  private static final int MAX_CUSTOMERS = 100_000;

  private final long seed;
  private final int events;
  private final Map<Kind, Integer> counts;
  private final int maxLateDays;
  private final List<Defect> defects;
  private final boolean steady;
  private final Instant from;
  private final Instant to;
  private final Shop shop = new Shop();

  private EventGenerator(Builder builder) {
    this.seed = builder.seed;
    this.events = builder.events;
    this.counts = builder.counts();
    this.maxLateDays = builder.maxLateDays;
    this.defects = builder.defects;
    this.steady =
        builder.steady || Duration.between(builder.from, builder.to).compareTo(RHYTHM_FROM) < 0;
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

  /** Start of the time range. */
  public Instant from() {
    return from;
  }

  /** End of the time range, exclusive. */
  public Instant to() {
    return to;
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
    private final Map<Kind, Integer> left = new EnumMap<>(counts);
    private final Audience audience;
    private final Traffic traffic;
    private final GeneratedEvent[] recent = new GeneratedEvent[DUPLICATE_REACH];
    private int good;
    private int broken;
    private int sent;

    /** A visit that was recorded while the device was offline. */
    private Visit offline;

    private long offlineTime;

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
                  steady ? 1 : 0,
                  count(Kind.BROKEN),
                  count(Kind.DUPLICATE),
                  count(Kind.LATE)));
      int customers = Math.max(20, Math.min(MAX_CUSTOMERS, events / EVENTS_PER_CUSTOMER));
      long begin = from.toEpochMilli();
      long end = to.toEpochMilli();
      audience = new Audience(seed, shop, begin, customers);
      long onTime = count(Kind.GOOD) + count(Kind.BROKEN);
      traffic =
          steady
              ? new SteadyTraffic(audience, random.split(), begin, end, onTime)
              : new DailyTraffic(audience, random.split(), begin, end, onTime);
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
            case GOOD -> remember(event(traffic.next(), Kind.GOOD, null));
            case BROKEN ->
                event(traffic.next(), Kind.BROKEN, defects.get(broken++ % defects.size()));
            case DUPLICATE -> recent[random.nextInt(Math.min(good, DUPLICATE_REACH))].sentAgain();
            case LATE -> event(late(), Kind.LATE, null);
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

    private Action late() {
      if (offline == null) {
        long days = 1 + random.nextInt(maxLateDays);
        Instant start =
            from.minus(Duration.ofDays(days)).plusSeconds(random.nextInt(LATEST_SECOND));
        offline = audience.customer(random);
        offlineTime = start.toEpochMilli();
      }
      Action action = offline.next(offlineTime);
      offlineTime += offline.ended() ? 0 : offline.pause();
      if (offline.ended() || offlineTime > from.minus(MIN_DELAY).toEpochMilli()) {
        offline = null;
      }
      return action;
    }

    private GeneratedEvent event(Action action, Kind kind, Defect defect) {
      String id = Visitor.uuid(random);
      String json = text.write(action, id, defect, random.nextDouble());
      return new GeneratedEvent(
          json,
          kind,
          defect,
          id,
          action.step().type().text(),
          action.sessionId(),
          Instant.ofEpochMilli(action.millis()));
    }

    private GeneratedEvent remember(GeneratedEvent event) {
      recent[good++ % DUPLICATE_REACH] = event;
      return event;
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
    private boolean steady;
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

    /**
     * A constant rate, however long the time range is. Without it, a range of at least a day has
     * the rhythm of day and week, and refunds.
     */
    public Builder steady() {
      this.steady = true;
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
