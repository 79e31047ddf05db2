package io.clickstreamlake.config;

import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.annotation.Nullable;

/** The problems found in the settings, collected so that all are reported together. */
public final class ValidationErrors {

  private final List<String> found = new ArrayList<>();

  /** Adds a problem: the name of the setting first, then what is wrong and how to fix it. */
  public void add(String problem) {
    if (!found.contains(problem)) {
      found.add(problem);
    }
  }

  /**
   * Runs a check and adds the problems that it reports. A value that the check could not even parse
   * is a problem like any other: it must not hide those of later checks.
   */
  public void collect(Runnable check) {
    collect(
        () -> {
          check.run();
          return null;
        });
  }

  /**
   * Creates something that checks its settings, and adds the problems that it reports.
   *
   * @return what was created, or null if there is a problem
   */
  @Nullable
  public <T> T collect(Supplier<T> creation) {
    try {
      return creation.get();
    } catch (InvalidSettingsException e) {
      e.problems().forEach(this::add);
    } catch (IllegalArgumentException | DateTimeException e) {
      add(e.getMessage());
    }
    return null;
  }

  /** The problems, in the order in which they were added. */
  public List<String> all() {
    return List.copyOf(found);
  }

  /** Whether any problem is about a setting whose name starts with this prefix. */
  public boolean concern(String prefix) {
    return found.stream().anyMatch(problem -> problem.startsWith(prefix));
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /**
   * Ends the validation.
   *
   * @throws InvalidSettingsException if there is any problem
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new InvalidSettingsException(found);
    }
  }
}
