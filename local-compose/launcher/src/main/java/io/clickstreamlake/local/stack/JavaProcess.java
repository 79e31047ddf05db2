package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.process.ProcessSpec;
import io.clickstreamlake.local.process.Readiness;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Builder for the process of a service that is a JVM. */
final class JavaProcess {

  /** For processes that wait more than they work: the optimizing compiler would slow the start. */
  static final String QUICK_START = "-XX:TieredStopAtLevel=1";

  /**
   * Options of the environment variable {@code LAKE_JAVA_OPTIONS}, for every JVM of the stack and
   * of the commands that work on its tables. They come last, so they override the others.
   */
  static final List<String> OF_USER =
      Stream.of(Objects.requireNonNullElse(System.getenv("LAKE_JAVA_OPTIONS"), "").split("\\s+"))
          .filter(option -> !option.isEmpty())
          .toList();

  private final ProcessContext context;
  private final Service service;
  private final List<String> command = new ArrayList<>();
  private Map<String, String> environment = Map.of();

  /** The name and the state folder come first, so that they are visible in the output of ps. */
  JavaProcess(ProcessContext context, Service service) {
    this.context = context;
    this.service = service;
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dlake.process=" + service.key());
    command.add("-Dlake.state=" + context.state().root());
  }

  /** Options for a process that does little: this maximum heap, one GC thread, a quick start. */
  JavaProcess small(String heap) {
    return options("-Xmx" + heap, "-XX:+UseSerialGC", QUICK_START);
  }

  JavaProcess options(String... options) {
    return options(List.of(options));
  }

  JavaProcess options(List<String> options) {
    command.addAll(options);
    return this;
  }

  /** Comes after all other options. */
  JavaProcess classPath(String classPath) {
    return options(OF_USER).options("-cp", classPath);
  }

  /** The class path of this JVM. */
  JavaProcess launcherClassPath() {
    return classPath(System.getProperty("java.class.path"));
  }

  /** Comes last: what follows a main class are its arguments. */
  JavaProcess main(String mainClass, String... arguments) {
    command.add(mainClass);
    return options(arguments);
  }

  JavaProcess environment(Map<String, String> variables) {
    environment = variables;
    return this;
  }

  ProcessSpec readyWhen(Readiness readiness) {
    return context.spec(service, command, environment, readiness);
  }
}
