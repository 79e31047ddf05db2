package io.clickstreamlake.parse;

import io.clickstreamlake.event.Item;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.RejectionReason;
import io.clickstreamlake.parse.mapping.EventMapping;
import io.clickstreamlake.parse.mapping.Feed;
import io.clickstreamlake.parse.mapping.InvalidValueException;
import io.clickstreamlake.parse.mapping.ParserLimits;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;

/**
 * One order line between JSON and row: the text for each column of {@link Item}. Not thread-safe;
 * one per subtask, reset for each line.
 */
final class OrderLine {

  private static final List<Schema.Field> FIELDS = Item.getClassSchema().getFields();

  private final EventMapping mapping;

  /** The value of each column, or null. */
  private final String[] texts = new String[FIELDS.size()];

  /** The path that gave each value; undefined where there is none. */
  private final Feed[] sources = new Feed[FIELDS.size()];

  private final String[] sent = new String[FIELDS.size()];
  private final String[] names = new String[FIELDS.size()];

  private int number;

  OrderLine(EventMapping mapping) {
    this.mapping = mapping;
  }

  /** Begins the line with this index. */
  void reset(int number) {
    this.number = number;
    Arrays.fill(texts, null);
    Arrays.fill(sources, null);
  }

  /**
   * Offers a value for a column. The path that is listed first in the mapping is used; the values
   * of the others become properties.
   *
   * @param name of the value in properties
   */
  void offer(Feed feed, String text, String name, Properties properties) throws RejectedException {
    int column = feed.slot;
    if (sources[column] == feed && feed.singular) {
      throw RejectedException.of(
          RejectionReason.DUPLICATE_KEY, "items", path(column) + " occurs twice");
    }
    String value = feed.value(text);
    if (value == null) {
      properties.add(name, text);
      return;
    }
    if (value.isBlank()) {
      return;
    }
    if (sources[column] != null) {
      if (sources[column].rank <= feed.rank) {
        properties.add(name, text);
        return;
      }
      properties.add(names[column], sent[column]);
    }
    sources[column] = feed;
    texts[column] = value;
    sent[column] = text;
    names[column] = name;
  }

  /**
   * Returns the line.
   *
   * @throws RejectedException if a value is invalid and invalid values are rejected
   */
  Item finish(EventDraft draft, ParserLimits limits) throws RejectedException {
    Item item = new Item();
    for (int column = 0; column < texts.length; column++) {
      if (texts[column] != null) {
        fill(item, column, draft, limits);
      }
    }
    return item;
  }

  private void fill(Item item, int column, EventDraft draft, ParserLimits limits)
      throws RejectedException {
    Feed source = sources[column];
    try {
      String text = source.numbers == null ? texts[column] : source.numbers.plain(texts[column]);
      item.put(column, mapping.itemReader(column).read(text, limits, draft.flags));
      if (draft.flags.takeKeepText()) {
        draft.properties.add(names[column], sent[column]);
      }
    } catch (InvalidValueException e) {
      if (limits.rejectInvalid) {
        throw RejectedException.of(
            RejectionReason.INVALID_VALUE, "items", path(column) + " " + e.getMessage());
      }
      draft.flags.add(mapping.itemColumn(column) + "_invalid");
      draft.properties.add(names[column], sent[column]);
    }
  }

  /** Path of a column of this line in messages: {@code items[2].price}. */
  private String path(int column) {
    return "items[" + number + "]." + FIELDS.get(column).name();
  }
}
