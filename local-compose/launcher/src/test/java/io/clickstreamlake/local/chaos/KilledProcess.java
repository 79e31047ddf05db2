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

/** A process of the stack that was killed, with the command and environment to start it again. */
record KilledProcess(String name, List<String> command, Map<String, String> environment) {

  /** Kills a process with {@code kill -9}, and waits until it has ended. */
  static KilledProcess kill(LocalStack stack, String name) throws Exception {
    ProcessHandle process = process(stack, name);
    KilledProcess killed = of(process, name);
    process.destroyForcibly();
    process.onExit().get(30, TimeUnit.SECONDS);
    return killed;
  }

  /** Reads the command and the environment of a running process. */
  static KilledProcess of(ProcessHandle process, String name) throws IOException {
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    Map<String, String> environment =
        texts(proc.resolve("environ")).stream()
            .map(entry -> entry.split("=", 2))
            .collect(Collectors.toMap(entry -> entry[0], entry -> entry[1]));
    return new KilledProcess(name, texts(proc.resolve("cmdline")), environment);
  }

  static ProcessHandle process(LocalStack stack, String name) {
    return stack.processes().get(name).orElseThrow();
  }

  /** Starts a process with the same command. */
  void start(LocalStack stack, String newName, Readiness readiness) {
    new ProcessGroup(stack.state().pids(), stack.state().logs())
        .start(new ProcessSpec(newName, command, environment, readiness, Duration.ofMinutes(2)));
  }

  private static List<String> texts(Path file) throws IOException {
    return Arrays.asList(Files.readString(file, StandardCharsets.UTF_8).split("\0"));
  }
}
