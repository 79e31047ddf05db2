package io.clickstreamlake.benchmarks.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Definition of a program to measure.
 *
 * @param name its name in the report
 * @param classPath of its JVM
 * @param mainClass its main class
 * @param jvmArguments its JVM arguments besides the heap size, which is the same for all
 * @param settings settings of its {@code PeerTask}
 * @param environment environment variables of its process, besides those of the runner
 */
public record PeerDefinition(
    String name,
    String classPath,
    String mainClass,
    List<String> jvmArguments,
    Map<String, String> settings,
    Map<String, String> environment) {

  public PeerDefinition {
    jvmArguments = List.copyOf(jvmArguments);
    settings = Map.copyOf(settings);
    environment = Map.copyOf(environment);
  }

  PeerDefinition(
      String name,
      String classPath,
      String mainClass,
      List<String> jvmArguments,
      Map<String, String> settings) {
    this(name, classPath, mainClass, jvmArguments, settings, Map.of());
  }

  /** The same program under another name and with more settings. */
  public PeerDefinition with(String otherName, Map<String, String> moreSettings) {
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(moreSettings);
    return new PeerDefinition(otherName, classPath, mainClass, jvmArguments, all, environment);
  }

  /** The same program with more JVM arguments. */
  public PeerDefinition withJvmArguments(List<String> more) {
    List<String> all = new ArrayList<>(jvmArguments);
    all.addAll(more);
    return new PeerDefinition(name, classPath, mainClass, all, settings, environment);
  }

  /** The same program with more environment variables. */
  public PeerDefinition withEnvironment(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(more);
    return new PeerDefinition(name, classPath, mainClass, jvmArguments, settings, all);
  }
}
