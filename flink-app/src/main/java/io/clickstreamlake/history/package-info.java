/**
 * The settings of each start, recorded beside the tables. A start compares its settings with those
 * of the previous one, logs the differences and reports their number as metrics.
 */
package io.clickstreamlake.history;
