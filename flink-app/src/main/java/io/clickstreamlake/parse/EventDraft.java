package io.clickstreamlake.parse;

import io.clickstreamlake.event.Item;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.parse.mapping.EventMapping;
import io.clickstreamlake.parse.mapping.ParserLimits;
import io.clickstreamlake.parse.mapping.PathNode;
import io.clickstreamlake.parse.mapping.QualityFlags;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;

/**
 * One event between JSON and row: the text for each column, the order lines, and everything else as
 * properties. {@link EventReader} fills it, {@link EventAssembler} builds the row from it.
 *
 * <p>Slots are the columns of the contract, followed by {@link EventMapping#INPUTS}. Not
 * thread-safe; one per subtask, reset for each event.
 */
final class EventDraft {

  final QualityFlags flags = new QualityFlags();
  Properties properties;

  /** Order lines, or null if the event has none. */
  List<Item> items;

  private final EventMapping mapping;
  private final ParserLimits limits;
  private final boolean[] excludedFromProperties;
  private final String[] texts;
  private final PathNode[] sources;
  private final boolean[] nested;

  EventDraft(EventMapping mapping, ParserLimits limits) {
    this.mapping = mapping;
    this.limits = limits;
    this.texts = new String[mapping.slots()];
    this.sources = new PathNode[mapping.slots()];
    this.nested = new boolean[mapping.slots()];
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
    Arrays.fill(texts, null);
    Arrays.fill(sources, null);
    Arrays.fill(nested, false);
    flags.clear();
    items = null;
    properties = new Properties(limits.maxProperties, limits.maxPropertyLength);
  }

  /**
   * Offers a value for a column. Of several paths with a value, the one listed first in the mapping
   * is used; the values of the others become properties.
   */
  void offer(PathNode node, String text) throws RejectedException {
    int slot = node.slot();
    if (text.isBlank() || mapping.isId(slot) && limits.placeholderIds.contains(text)) {
      return;
    }
    PathNode taken = sources[slot];
    if (taken == node) {
      throw RejectedException.of(
          RejectionReason.DUPLICATE_KEY,
          mapping.slotName(slot),
          "$." + node.path + " occurs twice");
    }
    if (taken != null && taken.rank() < node.rank()) {
      keepAsProperty(node, text);
      return;
    }
    if (taken != null) {
      keepAsProperty(taken, texts[slot]);
    }
    sources[slot] = node;
    texts[slot] = text;
  }

  /** Fills an empty slot with a default if the default's path has a value. */
  void offerDefault(int slot, PathNode when, String text) {
    if (texts[slot] == null && sources[when.slot()] == when) {
      texts[slot] = text;
      sources[slot] = when;
    }
  }

  /** Records that the value at a path has a shape that its column cannot hold. */
  void markNested(PathNode node) {
    nested[node.slot()] = true;
  }

  /** Also keeps the text of a slot as a property. */
  void keepAsProperty(int slot) {
    keepAsProperty(sources[slot], slot, texts[slot]);
  }

  private void keepAsProperty(PathNode node, String text) {
    keepAsProperty(node, node.slot(), text);
  }

  private void keepAsProperty(PathNode node, int slot, String text) {
    if (!excludedFromProperties[slot]) {
      properties.add(node.propertyName(), text);
    }
  }

  /** Whether the value of a slot must not be copied to properties. */
  boolean isExcludedFromProperties(int slot) {
    return excludedFromProperties[slot];
  }

  /** The text of a slot, or null. */
  String text(int slot) {
    return texts[slot];
  }

  /** Whether a path of a slot held an object or array instead of a scalar. */
  boolean isNested(int slot) {
    return nested[slot];
  }
}
