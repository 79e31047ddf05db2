package io.clickstreamlake.batch;

import io.clickstreamlake.dedup.EventIdentity;
import java.io.Serializable;

/**
 * When an event or a rejection is the same as a row.
 *
 * <ul>
 *   <li><b>By place</b>, for files that are loaded: a second read finds an event at the same place.
 *       So an event without an id of its own, and a rejection, are the same at the same place.
 *   <li><b>By content</b>, for the raw archive: the job read the same records in the stream, so no
 *       place is the same. See {@link EventIdentity.Digester#digestAnywhere}; a rejection is the
 *       same if it has the same bytes.
 * </ul>
 */
public final class Sameness implements Serializable {

  private static final long serialVersionUID = 1L;

  final EventIdentity identity;
  final boolean byPlace;

  private Sameness(EventIdentity identity, boolean byPlace) {
    this.identity = identity;
    this.byPlace = byPlace;
  }

  public static Sameness byPlace(EventIdentity identity) {
    return new Sameness(identity, true);
  }

  public static Sameness byContent(EventIdentity identity) {
    return new Sameness(identity, false);
  }
}
