package io.clickstreamlake.local.chaos;

import io.clickstreamlake.local.process.ProcessGroup;
import io.clickstreamlake.local.process.ProcessSpec;
import io.clickstreamlake.local.process.Readiness;
import io.clickstreamlake.local.stack.LocalStack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A process of the stack that was killed, and all that it takes to start it again. */
record LostProcess(String name, List<String> command, Map<String, String> environment) {

  /** Kills a process as {@code kill -9} does, and waits until it is gone. */
  static LostProcess kill(LocalStack stack, String name) throws Exception {
    ProcessHandle process = process(stack, name);
    LostProcess lost = of(process, name);
    process.destroyForcibly();
    process.onExit().get(30, TimeUnit.SECONDS);
    return lost;
  }

  /** How a process that runs was started. */
  static LostProcess of(ProcessHandle process, String name) throws IOException {
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    Map<String, String> environment =
        texts(proc.resolve("environ")).stream()
            .map(entry -> entry.split("=", 2))
            .collect(Collectors.toMap(entry -> entry[0], entry -> entry[1]));
    return new LostProcess(name, texts(proc.resolve("cmdline")), environment);
  }

  static ProcessHandle process(LocalStack stack, String name) {
    return stack.processes().get(name).orElseThrow();
  }

  /** Starts another of the same kind. */
  void start(LocalStack stack, String newName, Readiness readiness) {
    new ProcessGroup(stack.state().pids(), stack.state().logs())
        .start(new ProcessSpec(newName, command, environment, readiness, Duration.ofMinutes(2)));
  }

  private static List<String> texts(Path file) throws IOException {
    return Arrays.asList(Files.readString(file, StandardCharsets.UTF_8).split("\0"));
  }
}
