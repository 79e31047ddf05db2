package io.clickstreamlake.event;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.avro.Schema;

/**
 * The columns of the table click_events in one job: those of the contract, which are compiled,
 * followed by the custom columns of the mapping. Immutable; equal columns are the same object.
 */
public final class EventColumns implements Serializable {

  private static final long serialVersionUID = 1L;

  /** One object per set of columns, so that all rows of a JVM share one schema object. */
  private static final Map<String, EventColumns> INTERNED = new ConcurrentHashMap<>();

  /** The columns of a mapping without custom columns. */
  public static final EventColumns CONTRACT = new EventColumns(ClickEvent.getClassSchema());

  /** Number of columns of the contract; custom columns have this and higher positions. */
  static final int CONTRACT_SIZE = ClickEvent.getClassSchema().getFields().size();

  private final Schema schema;

  private EventColumns(Schema schema) {
    this.schema = schema;
  }

  /**
   * The contract with custom columns behind it.
   *
   * @param custom optional columns whose names differ from each other and from the contract's
   */
  public static EventColumns with(List<Schema.Field> custom) {
    if (custom.isEmpty()) {
      return CONTRACT;
    }
    Schema contract = ClickEvent.getClassSchema();
    Schema extended =
        Schema.createRecord(
            contract.getName(), contract.getDoc(), contract.getNamespace(), contract.isError());
    contract.getObjectProps().forEach(extended::addProp);
    List<Schema.Field> fields = new ArrayList<>();
    contract.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.addAll(custom);
    extended.setFields(fields);
    return intern(extended);
  }

  private static EventColumns intern(Schema schema) {
    return INTERNED.computeIfAbsent(schema.toString(), key -> new EventColumns(schema));
  }

  /** The Avro schema of the rows. */
  public Schema schema() {
    return schema;
  }

  /** All columns, in the order of their positions. */
  public List<Schema.Field> fields() {
    return schema.getFields();
  }

  /** The column with this name, or null. */
  @Nullable
  public Schema.Field field(String name) {
    return schema.getField(name);
  }

  /** Number of columns. */
  public int size() {
    return schema.getFields().size();
  }

  /** The columns that the mapping adds to the contract. */
  public List<Schema.Field> custom() {
    return schema.getFields().subList(CONTRACT_SIZE, size());
  }

  /** Creates a row without values. */
  public ClickEvent newEvent() {
    return this == CONTRACT ? new ClickEvent() : new CustomizedClickEvent(this);
  }

  private Object readResolve() {
    return schema.getFields().size() == CONTRACT_SIZE ? CONTRACT : intern(schema);
  }

  @Override
  public String toString() {
    return fields().stream().map(Schema.Field::name).collect(Collectors.joining(", "));
  }
}
