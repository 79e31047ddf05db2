package io.clickstreamlake.sample;

/** The actions of all visitors, in the order of their times. */
interface Traffic {

  /**
   * The next action. May be called as often as there are events in time; their number is known from
   * the start.
   */
  Action next();
}
