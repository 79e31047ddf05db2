package io.clickstreamlake.parse;

import io.clickstreamlake.event.Item;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.parse.mapping.DefaultValue;
import io.clickstreamlake.parse.mapping.EventMapping;
import io.clickstreamlake.parse.mapping.Feed;
import io.clickstreamlake.parse.mapping.InvalidValueException;
import io.clickstreamlake.parse.mapping.JoinedValue;
import io.clickstreamlake.parse.mapping.ParserLimits;
import io.clickstreamlake.parse.mapping.QualityFlags;
import java.util.BitSet;
import java.util.List;
import org.apache.avro.Schema;

/**
 * One event between JSON and row: the text for each column, the order lines, and everything else as
 * properties. {@link EventReader} fills it, {@link EventAssembler} builds the row from it.
 *
 * <p>Slots are the columns of the contract, followed by {@link EventMapping#INPUTS} and by values
 * that no column holds. Not thread-safe; one per subtask, reset for each event.
 */
final class EventDraft {

  final QualityFlags flags = new QualityFlags();
  Properties properties;

  /** Order lines, or null if the event has none. */
  List<Item> items;

  private final EventMapping mapping;
  private final ParserLimits limits;
  private final boolean[] excludedFromProperties;

  /** The value of each slot, or null. */
  private final String[] texts;

  /** The path that gave each value; undefined where there is none. */
  private final Feed[] sources;

  /** The text of each value as sent, if its path has a form; else undefined. */
  private final String[] sent;

  /** The name of each value in properties, if its path does not have one; else undefined. */
  private final String[] names;

  private final boolean[] nested;

  /** The slots with a value, or with an object or array in its place: few of all. */
  private final BitSet touched;

  private final boolean hasNumberForms;
  private final boolean[] ids;

  /** The slots whose values are also properties, because no column holds them. */
  private final boolean[] alsoProperties;

  EventDraft(EventMapping mapping, ParserLimits limits) {
    this.mapping = mapping;
    this.limits = limits;
    this.texts = new String[mapping.slots()];
    this.sources = new Feed[mapping.slots()];
    this.sent = new String[mapping.slots()];
    this.names = new String[mapping.slots()];
    this.nested = new boolean[mapping.slots()];
    this.touched = new BitSet(mapping.slots());
    this.hasNumberForms = mapping.hasNumberForms();
    this.ids = new boolean[mapping.slots()];
    this.alsoProperties = new boolean[mapping.slots()];
    for (int slot = 0; slot < mapping.slots(); slot++) {
      ids[slot] = mapping.isId(slot);
      alsoProperties[slot] = mapping.isAuxiliary(slot) && mapping.isProperty(slot);
    }
    this.excludedFromProperties = new boolean[mapping.slots()];
    for (String field : limits.privateFields) {
      int input = EventMapping.INPUTS.indexOf(field);
      Schema.Field column = mapping.columns().field(field);
      if (input >= 0) {
        excludedFromProperties[mapping.inputSlot(input)] = true;
      } else if (column != null) {
        excludedFromProperties[column.pos()] = true;
      }
    }
  }

  /** Clears the previous event. */
  void reset() {
    for (int slot = touched.nextSetBit(0); slot >= 0; slot = touched.nextSetBit(slot + 1)) {
      texts[slot] = null;
      sources[slot] = null;
      nested[slot] = false;
    }
    touched.clear();
    flags.clear();
    items = null;
    properties = new Properties(limits.maxProperties, limits.maxPropertyLength);
  }

  /**
   * Takes the first value for a column if it needs no checks. Most values are of this kind.
   *
   * @return false if it must be offered instead
   */
  boolean take(Feed feed, String text) {
    if (!feed.isDirect() || sources[feed.slot] != null || text.isBlank()) {
      return false;
    }
    sources[feed.slot] = feed;
    texts[feed.slot] = text;
    touched.set(feed.slot);
    return true;
  }

  /**
   * Offers a value for a column. Of several paths with a value, the one listed first in the mapping
   * is used; the values of the others become properties.
   *
   * @param name of the value in properties
   */
  void offer(Feed feed, String text, String name) throws RejectedException {
    int slot = feed.slot;
    String value = feed.value(text);
    if (value == null) {
      keepAsProperty(slot, name, text);
      return;
    }
    if (isAbsent(feed, value)) {
      return;
    }
    Feed taken = sources[slot];
    if (taken == feed && feed.singular) {
      throw RejectedException.of(
          RejectionReason.DUPLICATE_KEY, mapping.slotName(slot), feed.path + " occurs twice");
    }
    if (alsoProperties[slot] && !feed.isShared()) {
      properties.add(name, text);
    }
    if (taken != null) {
      if (taken.rank <= feed.rank) {
        keepAsProperty(slot, name, text);
        return;
      }
      keepAsProperty(slot);
    }
    set(feed, value, text, name);
  }

  private void set(Feed feed, String value, String text, String name) {
    int slot = feed.slot;
    sources[slot] = feed;
    texts[slot] = value;
    touched.set(slot);
    if (feed.hasForm()) {
      sent[slot] = text;
    }
    if (feed.propertyName() == null) {
      names[slot] = name;
    }
  }

  private boolean isAbsent(Feed feed, String value) {
    return value.isBlank()
        || ids[feed.slot] && !feed.keepsPlaceholders && limits.placeholderIds.contains(value);
  }

  /**
   * Fills a slot with a value that is joined from several paths, unless a path listed before it has
   * one. If a part is absent, the other parts become properties.
   */
  void join(JoinedValue joined) {
    int slot = joined.feed.slot;
    StringBuilder text = new StringBuilder();
    boolean complete = true;
    for (int part : joined.parts) {
      complete &= texts[part] != null;
      text.append(text.length() == 0 ? "" : joined.with).append(texts[part]);
    }
    String value = complete ? joined.feed.value(text.toString()) : null;
    Feed taken = texts[slot] == null ? null : sources[slot];
    boolean used =
        value != null
            && !isAbsent(joined.feed, value)
            && (taken == null || taken.rank > joined.feed.rank);
    if (used) {
      if (taken != null) {
        keepAsProperty(slot);
      }
      set(joined.feed, value, text.toString(), mapping.slotName(slot));
      return;
    }
    for (int part : joined.parts) {
      if (texts[part] != null) {
        keepAsProperty(slot, propertyName(part), texts[part]);
      }
    }
  }

  /** Fills an empty slot with a default if the default's path has a value. */
  void offerDefault(DefaultValue value) {
    boolean applies = value.when == null || sources[value.when.slot] == value.when;
    if (texts[value.slot] == null && applies) {
      texts[value.slot] = value.text;
      sources[value.slot] = null;
      touched.set(value.slot);
    }
  }

  /** Records that the value at a path has a shape that its column cannot hold. */
  void markNested(Feed feed) {
    nested[feed.slot] = true;
    touched.set(feed.slot);
  }

  /** Also keeps the text of a slot, as sent, as a property. */
  void keepAsProperty(int slot) {
    Feed source = sources[slot];
    boolean hasForm = source != null && source.hasForm();
    keepAsProperty(slot, propertyName(slot), hasForm ? sent[slot] : texts[slot]);
  }

  /** Name of the value of a slot in properties. */
  private String propertyName(int slot) {
    Feed source = sources[slot];
    if (source == null) {
      return mapping.slotName(slot);
    }
    return source.propertyName() == null ? names[slot] : source.propertyName();
  }

  private void keepAsProperty(int slot, String name, String text) {
    if (!excludedFromProperties[slot] && !alsoProperties[slot]) {
      properties.add(name, text);
    }
  }

  /** Whether the value of a slot must not be copied to properties. */
  boolean isExcludedFromProperties(int slot) {
    return excludedFromProperties[slot];
  }

  /** The next slot from this one on that has a value, or a wrong one; negative if there is none. */
  int nextTouched(int slot) {
    return touched.nextSetBit(slot);
  }

  /** The text of a slot, or null. */
  String text(int slot) {
    return texts[slot];
  }

  /**
   * The text of a column that has one, in the form that its reader expects.
   *
   * @throws InvalidValueException if it is not a number in the form that the mapping describes
   */
  String plainText(int column) throws InvalidValueException {
    Feed source = hasNumberForms ? sources[column] : null;
    return source == null || source.numbers == null
        ? texts[column]
        : source.numbers.plain(texts[column]);
  }

  /** Whether a path of a slot held an object or array instead of a scalar. */
  boolean isNested(int slot) {
    return nested[slot];
  }
}
