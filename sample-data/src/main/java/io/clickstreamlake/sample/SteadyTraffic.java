package io.clickstreamlake.sample;

import java.util.SplittableRandom;

/**
 * Traffic at a constant rate: an action is the next step of the visitor who has been ready for it
 * longest, or the start of a visit if nobody is ready.
 *
 * <p>At the start all visits are new. So that each type of event occurs from the start on, pauses
 * are short at first and have their full length after ten minutes. In a range of less than an hour
 * they are shorter in proportion.
 */
final class SteadyTraffic implements Traffic {

  private static final double FULL_RANGE = 60 * 60_000;
  private static final double FULL_PACE_AFTER = 10 * 60_000;
  private static final double FIRST_PACE = 0.05;

  /** Share of visits at an average hour. */
  private static final double ROBOTS = 0.08;

  private final Audience audience;
  private final SplittableRandom random;
  private final long from;
  private final double millisPerEvent;
  private final double pace;
  private final VisitQueue visits = new VisitQueue();
  private long taken;

  SteadyTraffic(Audience audience, SplittableRandom random, long from, long to, long events) {
    this.audience = audience;
    this.random = random;
    this.from = from;
    this.millisPerEvent = (double) (to - from) / Math.max(1, events);
    this.pace = Math.min(1, (to - from) / FULL_RANGE);
  }

  @Override
  public Action next() {
    long offset = (long) ((taken++ + random.nextDouble()) * millisPerEvent);
    long now = from + offset;
    Visit visit = visits.earliest() <= now ? visits.remove() : newVisit(now);
    Action action = visit.next(now);
    if (!visit.ended()) {
      double warm = Math.min(1, FIRST_PACE + offset / FULL_PACE_AFTER);
      visits.add(now + (long) (visit.pause() * Math.min(pace, warm)), visit);
    }
    return action;
  }

  private Visit newVisit(long now) {
    return random.nextDouble() < ROBOTS ? audience.robot(random) : audience.person(now, random);
  }
}
