package io.clickstreamlake.athena;

import java.util.Objects;

/**
 * A column as Athena and Glue know it.
 *
 * @param name lower case
 * @param type in Hive's notation: {@code decimal(18,4)}, {@code array<string>}
 * @param comment what Glue accepts as a comment and Hive as a text: at most 255 printable ASCII
 *     characters, without quotation marks and backslashes
 */
public record Column(String name, String type, String comment) {

  private static final int LONGEST_COMMENT = 255;

  public Column {
    Objects.requireNonNull(type, "type");
    if (!name.matches("[a-z_][a-z0-9_]*")) {
      throw new IllegalArgumentException(
          "column " + name + ": Athena's names are lower-case letters, digits and _");
    }
    if (comment.length() > LONGEST_COMMENT) {
      throw new IllegalArgumentException(
          "column "
              + name
              + ": its doc has "
              + comment.length()
              + " characters, but a comment in Glue has at most "
              + LONGEST_COMMENT);
    }
    if (!comment.matches("[ -~&&[^'\"\\\\]]*")) {
      throw new IllegalArgumentException(
          "column "
              + name
              + ": its doc may hold printable ASCII characters without quotation marks and"
              + " backslashes, which Athena's DDL reads in ways of its own, but is: "
              + comment);
    }
  }
}
