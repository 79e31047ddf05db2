package io.clickstreamlake.local.compose;

import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code local-compose/.env}: the settings of the containers that differ from their
 * defaults. Docker Compose reads it, too, so a setting lasts whichever of the two commands is used.
 * The defaults are in {@code compose.yaml}: {@code ${TASKMANAGERS:-1}}.
 *
 * <pre>
 * TASKMANAGERS=2
 * JOB_SETTINGS='
 * roll.interval=1 min
 * '
 * </pre>
 */
public final class EnvFile {

  private static final Pattern DEFAULT = Pattern.compile("(?<!\\$)\\$\\{([A-Z0-9_]+):-([^}]*)}");

  /** A variable, whose value can have several lines in single quotes. */
  private static final Pattern VARIABLE =
      Pattern.compile("(?m)^([A-Za-z0-9_]+)=(?:'([^']*)'|\"([^\"]*)\"|([^\\n]*))[ \\t]*$\\n?");

  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");

  private final Path file;
  private final Map<String, String> defaults;
  private final Map<String, String> values;
  private String text;

  private EnvFile(Path file, Map<String, String> defaults, String text) {
    this.file = file;
    this.defaults = defaults;
    this.text = text;
    this.values = parse(text);
  }

  /**
   * @param folder with compose.yaml
   */
  static EnvFile in(Path folder) {
    Path file = folder.resolve(".env");
    try {
      Map<String, String> defaults = new TreeMap<>();
      Matcher variable = DEFAULT.matcher(Files.readString(folder.resolve("compose.yaml")));
      while (variable.find()) {
        defaults.put(variable.group(1), variable.group(2));
      }
      return new EnvFile(file, defaults, Files.exists(file) ? Files.readString(file) : "");
    } catch (IOException e) {
      throw new LakeException("Cannot read " + e.getMessage() + ".", e);
    }
  }

  private static Map<String, String> parse(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    Matcher variable = VARIABLE.matcher(text);
    while (variable.find()) {
      String value = variable.group(2) != null ? variable.group(2) : variable.group(3);
      values.put(variable.group(1), value != null ? value : variable.group(4).trim());
    }
    return values;
  }

  public Path file() {
    return file;
  }

  /** The names of all variables of compose.yaml, with their defaults. */
  public Map<String, String> defaults() {
    return Map.copyOf(defaults);
  }

  /** The value that Docker Compose uses if the shell does not have the variable. */
  public String value(String name) {
    return values.getOrDefault(name, defaults.getOrDefault(name, ""));
  }

  /** The variables that differ from their defaults, by name. */
  public Map<String, String> changed() {
    Map<String, String> changed = new TreeMap<>(values);
    changed.entrySet().removeIf(e -> e.getValue().equals(defaults.get(e.getKey())));
    changed.keySet().retainAll(defaults.keySet());
    return changed;
  }

  /**
   * Sets a variable, or removes it if the value is its default.
   *
   * @return whether anything changed
   * @throws LakeException if there is no such variable
   */
  public boolean set(String name, String value) {
    if (!defaults.containsKey(name)) {
      throw new LakeException(
          "There is no variable "
              + name
              + ". local-compose/example.env has: "
              + String.join(", ", defaults.keySet())
              + ". Settings of the job are in lower case, such as roll.interval.");
    }
    if (value.indexOf('\'') >= 0) {
      throw new LakeException(
          name + " must not contain a single quote, because .env quotes it: " + value);
    }
    if (value.equals(value(name))) {
      return false;
    }
    Matcher variable = VARIABLE.matcher(text);
    StringBuilder rest = new StringBuilder();
    while (variable.find()) {
      boolean same = variable.group(1).equals(name);
      variable.appendReplacement(rest, same ? "" : Matcher.quoteReplacement(variable.group()));
    }
    variable.appendTail(rest);
    if (!rest.isEmpty() && rest.charAt(rest.length() - 1) != '\n') {
      rest.append('\n');
    }
    if (value.equals(defaults.get(name))) {
      values.remove(name);
    } else {
      boolean plain = value.matches("[A-Za-z0-9_.:/-]*");
      rest.append(name).append('=').append(plain ? value : "'" + value + "'").append('\n');
      values.put(name, value);
    }
    text = rest.toString();
    return true;
  }

  /** Writes the file, for its owner only, because a key of a hash can be in it. */
  public void write() {
    try {
      Path next = file.resolveSibling(".env.next");
      Files.deleteIfExists(next);
      Files.createFile(next, PosixFilePermissions.asFileAttribute(OWNER));
      Files.writeString(next, text);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new LakeException("Cannot write " + file + ": " + e.getMessage() + ".", e);
    }
  }
}
