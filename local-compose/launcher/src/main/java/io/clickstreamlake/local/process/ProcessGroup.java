package io.clickstreamlake.local.process;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.Polling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The processes of one stack, with one pid file and one log per process in two folders.
 *
 * <p>{@link #end} relies on one assumption: the pid file is written immediately after the process
 * was started, so every later launcher finds every living process.
 */
public final class ProcessGroup {

  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int LOG_LINES_SHOWN = 15;

  private final Path pidFolder;
  private final Path logFolder;
  private final Function<Path, DiskSpace> disks;
  private boolean ended;

  public ProcessGroup(Path pidFolder, Path logFolder) {
    this(pidFolder, logFolder, DiskSpace::of);
  }

  ProcessGroup(Path pidFolder, Path logFolder, Function<Path, DiskSpace> disks) {
    this.pidFolder = pidFolder;
    this.logFolder = logFolder;
    this.disks = disks;
  }

  /** A living process, with the name that it was started under. */
  public record Member(String name, ProcessHandle process) {}

  /**
   * Starts a process and returns when it is ready.
   *
   * @return the time that this took
   * @throws LakeException if it ends or is not ready in time; the message has the end of its log
   */
  public Duration start(ProcessSpec spec) {
    Instant begin = Instant.now();
    Path log = logFolder.resolve(spec.name() + ".log");
    Process process;
    try {
      process = launch(spec, log);
    } catch (IOException e) {
      throw new LakeException(
          whenFull()
              + "Cannot start "
              + spec.name()
              + " ("
              + spec.command().get(0)
              + "): "
              + e.getMessage()
              + ". Check that the program exists and is executable.",
          e);
    }
    awaitReady(spec, process, log);
    return Duration.between(begin, Instant.now());
  }

  /** Synchronized with {@link #end}: no process may start while the others are being ended. */
  private synchronized Process launch(ProcessSpec spec, Path log) throws IOException {
    if (ended) {
      throw new LakeException("Interrupted before " + spec.name() + " was started.");
    }
    Files.createDirectories(logFolder);
    if (Files.exists(log)) {
      Files.move(
          log,
          logFolder.resolve(spec.name() + ".previous.log"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    ProcessBuilder builder =
        new ProcessBuilder(spec.command())
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(log.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(spec.environment());
    Process process = builder.start();
    try {
      pidFile(spec.name()).write(process.toHandle());
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
    return process;
  }

  private void awaitReady(ProcessSpec spec, Process process, Path log) {
    AtomicReference<String> lastFailure = new AtomicReference<>("none");
    boolean ready =
        new Polling(spec.name(), POLL)
            .until(
                spec.timeout(),
                () -> {
                  if (!process.isAlive()) {
                    throw new LakeException(
                        spec.name()
                            + " ended with exit code "
                            + process.exitValue()
                            + " before it was ready. "
                            + endOf(log));
                  }
                  return isReady(spec, lastFailure);
                });
    if (!ready) {
      throw new LakeException(
          spec.name()
              + " was not ready within "
              + spec.timeout().toSeconds()
              + " seconds (last failure of the readiness check: "
              + lastFailure
              + "). "
              + endOf(log));
    }
  }

  private static boolean isReady(ProcessSpec spec, AtomicReference<String> failure)
      throws InterruptedException {
    try {
      return spec.readiness().isReady();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      failure.set(e.getMessage());
      return false;
    }
  }

  /** All living processes of this group, whichever launcher started them. */
  public List<Member> living() {
    if (!Files.isDirectory(pidFolder)) {
      return List.of();
    }
    List<Member> members = new ArrayList<>();
    for (PidFile file : pidFiles()) {
      file.livingProcess().ifPresent(p -> members.add(new Member(file.processName(), p)));
    }
    return List.copyOf(members);
  }

  /** From now on this group starts no process. Safe to call twice, and from a shutdown hook. */
  public synchronized void startNoMore() {
    ended = true;
  }

  /** Ends one process, if it is alive, and not its children. */
  public void endWithoutChildren(String name) {
    living().stream()
        .filter(member -> member.name().equals(name))
        .forEach(member -> end(List.of(member.process())));
  }

  /** Ends one process with its children, if it is alive, in the same way as {@link #end()}. */
  public synchronized void end(String name) {
    endMembers(living().stream().filter(member -> member.name().equals(name)).toList());
  }

  /**
   * Ends every process of this group with its children: with SIGTERM at first, with SIGKILL after
   * ten seconds. Deletes the pid files; afterwards this group starts no process. Safe to call
   * twice, and from a shutdown hook.
   */
  public synchronized void end() {
    ended = true;
    endMembers(living());
    if (Files.isDirectory(pidFolder)) {
      for (PidFile file : pidFiles()) {
        try {
          file.delete();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static void endMembers(List<Member> members) {
    List<ProcessHandle> all = new ArrayList<>();
    for (Member member : members) {
      member.process().descendants().forEach(all::add);
      all.add(member.process());
    }
    end(all);
  }

  /** Ends processes: with SIGTERM at first, with SIGKILL after ten seconds. */
  public static void end(List<ProcessHandle> all) {
    all.forEach(ProcessHandle::destroy);
    Instant deadline = Instant.now().plus(GRACE);
    for (ProcessHandle process : all) {
      if (!endsBefore(process, deadline)) {
        process.destroyForcibly();
        endsBefore(process, Instant.now().plus(GRACE));
      }
    }
  }

  private static boolean endsBefore(ProcessHandle process, Instant deadline) {
    long millis = Math.max(1, Duration.between(Instant.now(), deadline).toMillis());
    try {
      process.onExit().get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      return !process.isAlive();
    }
  }

  private PidFile pidFile(String name) {
    return new PidFile(pidFolder.resolve(name + ".json"));
  }

  private List<PidFile> pidFiles() {
    try (Stream<Path> files = Files.list(pidFolder)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .map(PidFile::new)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String endOf(Path log) {
    return whenFull() + "The end of its log " + log + ":\n" + lastLines(log);
  }

  /** On a full disk the log is empty, and says nothing about the cause. */
  private String whenFull() {
    DiskSpace disk = disks.apply(logFolder);
    return disk.isFull()
        ? "The disk of " + logFolder + " is full (" + disk.describe() + "). Free some space. "
        : "";
  }

  private static String lastLines(Path log) {
    try {
      List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
    } catch (IOException e) {
      return "(cannot be read: " + e.getMessage() + ")";
    }
  }
}
