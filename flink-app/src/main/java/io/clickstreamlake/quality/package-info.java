/** Data quality rules for events: an event that violates one is flagged or rejected. */
package io.clickstreamlake.quality;
