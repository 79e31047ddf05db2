/** Rules that events must keep: an event that breaks one is flagged or rejected. */
package io.clickstreamlake.quality;
