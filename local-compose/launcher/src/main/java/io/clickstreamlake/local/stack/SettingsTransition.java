package io.clickstreamlake.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The step from the settings of the last start to those of this one. The job's own check compares
 * the two. What this start does not say itself, such as an edited mapping, is printed; if personal
 * data is less protected than before, it must be accepted.
 *
 * @param last settings of the last start, which the rows in the lake have
 * @param now settings of this start
 * @param given settings of the job that this command names with {@code --set}
 * @param accepted whether weaker protection is accepted
 */
public record SettingsTransition(
    RememberedSettings last, RememberedSettings now, Map<String, String> given, boolean accepted) {

  private static final int MAX_DIFF_LINES = 40;
  private static final String FIELDS = "privacy.fields";

  private static final ObjectMapper JSON = new ObjectMapper();

  public SettingsTransition {
    given = Map.copyOf(given);
  }

  /** A start on an empty state folder. */
  public static SettingsTransition toFirst(RememberedSettings now) {
    return new SettingsTransition(RememberedSettings.NONE, now, Map.of(), true);
  }

  /** Provides the record of the last start to the check. */
  void prepare(StateFolder state) throws IOException {
    Files.createDirectories(state.lastRecord().getParent());
    Files.deleteIfExists(state.lastRecord());
    if (!last.effective().isNull()) {
      JSON.writeValue(state.lastRecord().toFile(), last.effective());
    }
  }

  /** This step with the result of the check. */
  SettingsTransition checked(StateFolder state) throws IOException {
    JsonNode record =
        Files.exists(state.startRecord())
            ? JSON.readTree(state.startRecord().toFile())
            : NullNode.getInstance();
    return new SettingsTransition(last, now.checked(record), given, accepted);
  }

  /** Stores the settings of this start: a job is about to run with them. */
  void store(StateFolder state) {
    now.write(state);
  }

  /** Restores the settings of the last start, after the job did not run. */
  void undo(StateFolder state) {
    if (!last.equals(RememberedSettings.NONE)) {
      last.write(state);
      return;
    }
    try {
      Files.deleteIfExists(state.rememberedSettings());
    } catch (IOException e) {
      throw new LakeException(
          state.rememberedSettings() + " cannot be deleted: " + e.getMessage(), e);
    }
  }

  /** What this start has in common with the last one, or how it differs, one line each. */
  List<String> report() {
    if (last.equals(RememberedSettings.NONE)) {
      return List.of();
    }
    List<String> changes = new ArrayList<>(now.changesSince(last));
    for (JsonNode change : now.effective().path("changes")) {
      String name = change.path("name").asText();
      boolean isNamed = !Objects.equals(last.job().get(name), now.job().get(name));
      boolean isOperation = change.path("effect").asText().equals("OPERATION");
      if (!isNamed && (!isOperation || name.equals("version"))) {
        changes.addAll(describe(name, change));
      }
    }
    if (!changes.isEmpty()) {
      changes.replaceAll(change -> "  " + change);
      changes.add(0, "Different from the last start:");
    } else if (!now.lines().isEmpty()) {
      changes.add("With the settings of the last start: " + String.join(" ", now.lines()));
    }
    return changes;
  }

  private List<String> describe(String name, JsonNode change) {
    JsonNode before = last.effective().path("files").path(name);
    JsonNode after = now.effective().path("files").path(name);
    if (before.isMissingNode() || after.isMissingNode()) {
      return List.of(
          name
              + " is "
              + shown(name, change, "after")
              + "; it was "
              + shown(name, change, "before"));
    }
    List<String> lines = new ArrayList<>();
    lines.add(name + ": " + after.path("location").asText() + " has changed:");
    diff(before.path("text").asText(), after.path("text").asText())
        .forEach(line -> lines.add("  " + line));
    return lines;
  }

  private static String shown(String name, JsonNode change, String side) {
    String value = change.path(side).textValue();
    return value == null ? "not set" : RememberedSettings.shown(name, value);
  }

  private static List<String> diff(String before, String after) {
    List<String> old = before.lines().toList();
    List<String> lines =
        UnifiedDiffUtils.generateUnifiedDiff(
            "the last start", "this start", old, DiffUtils.diff(old, after.lines().toList()), 1);
    // The first two lines name the two files.
    List<String> hunks = lines.subList(Math.min(2, lines.size()), lines.size());
    if (hunks.size() <= MAX_DIFF_LINES) {
      return hunks;
    }
    List<String> shortened = new ArrayList<>(hunks.subList(0, MAX_DIFF_LINES));
    shortened.add("… and " + (hunks.size() - MAX_DIFF_LINES) + " more lines");
    return shortened;
  }

  /**
   * @throws LakeException if personal data is less protected than at the last start, unless this
   *     command names the field itself, or the change is accepted
   */
  void requireAccepted() {
    List<String> weaker = new ArrayList<>();
    for (JsonNode change : now.effective().path("changes")) {
      String setting = change.path("name").asText();
      for (JsonNode each : change.path("weakens")) {
        String what = each.path("what").asText();
        if (!isGiven(setting, what)) {
          weaker.add(
              String.format(
                  "  %s of %s: %s at the last start, now %s",
                  what, setting, each.path("before").asText(), each.path("after").asText()));
        }
      }
    }
    if (weaker.isEmpty() || accepted) {
      return;
    }
    throw new LakeException(
        "Less personal data would be protected than at the last start:\n"
            + String.join("\n", weaker)
            + "\nNothing was started. To protect it as before, repeat the start without the option"
            + " or the edit that changed this. If it is intended, add --accept-changes.");
  }

  /** Whether this command says itself what happens to a field or kind of value. */
  private boolean isGiven(String setting, String what) {
    String value = given.get(setting);
    if (value == null || !setting.equals(FIELDS)) {
      return value != null;
    }
    return Arrays.stream(value.split(","))
        .anyMatch(action -> action.split(":", 2)[0].trim().equals(what));
  }
}
