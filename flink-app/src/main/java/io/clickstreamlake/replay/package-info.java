/**
 * Tries rejected events again, with the settings of today. Accepted ones become rows of
 * click_events, and leave the rejected zone.
 *
 * <pre>
 *   RejectedFile    a file of rejected_events
 *   RetryOperator   tries its rows; stages the file without those that leave
 *     └─ RejectedRows   which rows are tried
 * </pre>
 */
package io.clickstreamlake.replay;
