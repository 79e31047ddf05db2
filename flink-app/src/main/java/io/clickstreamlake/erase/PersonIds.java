package io.clickstreamlake.erase;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.LongId;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.privacy.Privacy;
import java.io.Serializable;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The ids of the persons whose rows are erased, in every form in which the tables may have them: as
 * given, and as the parser and the privacy step store them. Immutable.
 *
 * <p>A given id may be the one that a producer sent, or the one that a query shows. Hashes of an
 * earlier {@code privacy.hash-key} must be given as they stand in the table.
 */
public final class PersonIds implements Serializable {

  private static final long serialVersionUID = 1L;

  private final HashSet<String> users;
  private final HashSet<String> anonymous;

  private PersonIds(Set<String> users, Set<String> anonymous) {
    this.users = new HashSet<>(users);
    this.anonymous = new HashSet<>(anonymous);
  }

  /**
   * @param userIds values of user_id
   * @param anonymousIds values of anonymous_id
   * @param settings of the job that writes the tables
   * @throws IllegalArgumentException if there is no id, or an empty one
   * @throws io.clickstreamlake.config.InvalidSettingsException if the settings are invalid
   */
  public static PersonIds of(
      Collection<String> userIds,
      Collection<String> anonymousIds,
      JobSettings settings,
      EventColumns columns) {
    if (userIds.isEmpty() && anonymousIds.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no id: give at least one user_id or anonymous_id");
    }
    ValidationErrors problems = new ValidationErrors();
    Privacy privacy = Privacy.of(settings, columns, problems);
    problems.throwIfAny();
    int maxLength = settings.get(JobOptions.PARSE_MAX_ID_LENGTH);
    return new PersonIds(
        forms(userIds, maxLength, privacy, columns, ClickEvent::setUserId, ClickEvent::getUserId),
        forms(
            anonymousIds,
            maxLength,
            privacy,
            columns,
            ClickEvent::setAnonymousId,
            ClickEvent::getAnonymousId));
  }

  private static Set<String> forms(
      Collection<String> ids,
      int maxLength,
      Privacy privacy,
      EventColumns columns,
      BiConsumer<ClickEvent, String> set,
      Function<ClickEvent, String> get) {
    Set<String> forms = new TreeSet<>();
    for (String id : ids) {
      if (id.isEmpty()) {
        throw new IllegalArgumentException("an id is empty, and would match nobody or everybody");
      }
      String parsed = id.length() > maxLength ? LongId.hash(id) : id;
      ParsedEvent event = new ParsedEvent(new byte[0], 0, 0, 0);
      event.event = columns.newEvent();
      event.event.setEventId("erased");
      event.event.setEventType("erased");
      event.event.setEventTime(Instant.EPOCH);
      event.event.setArrivalTime(Instant.EPOCH);
      event.event.setProcessedTime(Instant.EPOCH);
      event.event.setStream("");
      event.event.setShardId("");
      event.event.setSequenceNumber("");
      set.accept(event.event, parsed);
      privacy.protect(event);
      forms.add(id);
      forms.add(parsed);
      String stored = get.apply(event.event);
      if (stored != null) {
        forms.add(stored);
      }
    }
    return forms;
  }

  /** All forms of all values of user_id. */
  Set<String> users() {
    return users;
  }

  /** All forms of all values of anonymous_id. */
  Set<String> anonymous() {
    return anonymous;
  }

  /** Whether a row or event with these ids, which may be null, belongs to one of the persons. */
  boolean contain(Object userId, Object anonymousId) {
    return userId != null && users.contains(userId.toString())
        || anonymousId != null && anonymous.contains(anonymousId.toString());
  }
}
