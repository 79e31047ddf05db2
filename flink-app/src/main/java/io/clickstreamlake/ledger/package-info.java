/**
 * Counts the outcome of every event exactly once: {@code received = written + rejected +
 * duplicate}.
 */
package io.clickstreamlake.ledger;
