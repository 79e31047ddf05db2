/** Drops events whose identity was seen before, within a window of arrival time. */
package io.clickstreamlake.dedup;
