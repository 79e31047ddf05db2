package io.clickstreamlake.check;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import javax.annotation.Nullable;

/** Something that is wrong in a lake. Immutable. */
public final class Finding {

  private final FindingKind kind;
  @Nullable private final String table;
  private final String object;
  private final String problem;

  Finding(FindingKind kind, @Nullable String table, String object, String problem) {
    this.kind = kind;
    this.table = table;
    this.object = object;
    this.problem = problem;
  }

  public FindingKind kind() {
    return kind;
  }

  @Nullable
  String table() {
    return table;
  }

  /** What is wrong: the path of an object, a run, or a table. */
  public String object() {
    return object;
  }

  /** As programs read it. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("kind", kind.text()).put("table", table).put("object", object);
    return json.put("problem", problem).put("whatToDo", kind.whatToDo());
  }

  @Override
  public String toString() {
    return kind.text() + ": " + object + ": " + problem;
  }
}
