package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The ids of persons in a CSV file (RFC 4180) whose first line names the columns {@code user_id},
 * {@code anonymous_id}, or both; other columns are ignored. Empty fields are no ids. No message
 * contains an id.
 */
record PersonIdsFile(Set<String> userIds, Set<String> anonymousIds) {

  private static final String USER_ID = "user_id";
  private static final String ANONYMOUS_ID = "anonymous_id";

  /**
   * @param name of the file, for messages
   * @throws LakeException if it is not such a file, or names nobody
   */
  static PersonIdsFile parse(String text, String name) {
    List<List<String>> rows = rows(text.startsWith("\uFEFF") ? text.substring(1) : text, name);
    if (rows.isEmpty()) {
      throw new LakeException(name + " is empty. Its first line must be user_id,anonymous_id.");
    }
    List<String> header = rows.get(0).stream().map(String::strip).toList();
    int user = header.indexOf(USER_ID);
    int anonymous = header.indexOf(ANONYMOUS_ID);
    if (user < 0 && anonymous < 0) {
      throw new LakeException(
          "The first line of "
              + name
              + " must name the columns, user_id and anonymous_id, or one of them. It names"
              + " neither.");
    }
    PersonIdsFile ids = new PersonIdsFile(new TreeSet<>(), new TreeSet<>());
    for (int i = 1; i < rows.size(); i++) {
      List<String> row = rows.get(i);
      if (row.size() != header.size()) {
        throw new LakeException(
            "Row %d of %s has %d fields, but the first line has %d."
                .formatted(i + 1, name, row.size(), header.size()));
      }
      add(row, user, ids.userIds);
      add(row, anonymous, ids.anonymousIds);
    }
    if (ids.userIds.isEmpty() && ids.anonymousIds.isEmpty()) {
      throw new LakeException(name + " has no id below its first line.");
    }
    return ids;
  }

  private static void add(List<String> row, int column, Set<String> ids) {
    if (column >= 0 && !row.get(column).isEmpty()) {
      ids.add(row.get(column));
    }
  }

  /** The rows of the file, without blank lines. */
  private static List<List<String>> rows(String text, String name) {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    boolean wasQuoted = false;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : '\n';
      if (quoted && i < text.length()) {
        if (c != '"') {
          field.append(c);
        } else if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
          field.append('"');
          i++;
        } else {
          quoted = false;
          wasQuoted = true;
        }
      } else if (quoted) {
        throw new LakeException("A quoted field of " + name + " does not end.");
      } else if (c == '"' && field.isEmpty() && !wasQuoted) {
        quoted = true;
      } else if (c == ',' || c == '\n') {
        row.add(field.toString());
        field.setLength(0);
        boolean isBlank = row.size() == 1 && row.get(0).isEmpty() && !wasQuoted;
        wasQuoted = false;
        if (c == '\n') {
          if (!isBlank) {
            rows.add(row);
          }
          row = new ArrayList<>();
        }
      } else if (c != '\r' || i + 1 < text.length() && text.charAt(i + 1) != '\n') {
        if (wasQuoted) {
          throw new LakeException(
              "Row %d of %s has text after a quoted field.".formatted(rows.size() + 1, name));
        }
        field.append(c);
      }
    }
    return rows;
  }
}
