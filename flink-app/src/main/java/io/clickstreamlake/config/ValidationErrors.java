package io.clickstreamlake.config;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with the settings, so that all of it is reported together. */
public final class ValidationErrors {

  private final List<String> found = new ArrayList<>();

  /** Notes a problem: the setting's name first, then what is wrong and what would mend it. */
  public void add(String problem) {
    if (!found.contains(problem)) {
      found.add(problem);
    }
  }

  /** Runs a check and adds the problems that it reports. */
  public void collect(Runnable check) {
    try {
      check.run();
    } catch (InvalidSettingsException e) {
      e.problems().forEach(this::add);
    }
  }

  /** What was noted, in its order. */
  public List<String> all() {
    return List.copyOf(found);
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /**
   * Ends the checks.
   *
   * @throws InvalidSettingsException if anything was noted
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new InvalidSettingsException(found);
    }
  }
}
