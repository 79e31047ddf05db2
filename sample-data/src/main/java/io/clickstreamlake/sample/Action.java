package io.clickstreamlake.sample;

/**
 * A step at a time, and who made it.
 *
 * @param millis time of the step, in milliseconds since the epoch
 * @param visitor the browser, or the robot
 * @param userId the signed-in user; null if nobody is signed in
 * @param sessionId the visit; null for a refund
 * @param variant colour of the buy button in the visitor's experiment; null for a refund
 */
record Action(
    long millis, Visitor visitor, String userId, String sessionId, String variant, Step step) {}
