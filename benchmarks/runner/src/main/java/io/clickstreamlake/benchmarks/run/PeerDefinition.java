package io.clickstreamlake.benchmarks.run;

import java.util.List;
import java.util.Map;

/**
 * A program to measure.
 *
 * @param name as it stands in the report
 * @param classPath of its JVM
 * @param mainClass its main class
 * @param jvmArguments what it needs besides the heap size, which is the same for all
 * @param settings what its {@code PeerTask} says
 */
public record PeerDefinition(
    String name,
    String classPath,
    String mainClass,
    List<String> jvmArguments,
    Map<String, String> settings) {

  public PeerDefinition {
    jvmArguments = List.copyOf(jvmArguments);
    settings = Map.copyOf(settings);
  }

  /** The same program under another name and with more settings. */
  PeerDefinition with(String otherName, Map<String, String> moreSettings) {
    Map<String, String> all = new java.util.HashMap<>(settings);
    all.putAll(moreSettings);
    return new PeerDefinition(otherName, classPath, mainClass, jvmArguments, all);
  }
}
