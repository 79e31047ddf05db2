/** Drops events whose identity was already seen within a window of arrival time. */
package io.clickstreamlake.dedup;
