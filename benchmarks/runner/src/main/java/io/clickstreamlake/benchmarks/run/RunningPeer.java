package io.clickstreamlake.benchmarks.run;

import io.clickstreamlake.benchmarks.check.LakeContents;
import io.clickstreamlake.benchmarks.check.LakeReader;
import io.clickstreamlake.benchmarks.measure.CpuClock;
import io.clickstreamlake.benchmarks.peer.PeerServer;
import io.clickstreamlake.benchmarks.peer.PeerTask;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A peer's process. It idles between rounds, so that several peers can take turns: a disturbance of
 * the machine then affects all of them.
 */
public final class RunningPeer implements AutoCloseable {

  private static final int LOG_LINES_SHOWN = 15;

  private final PeerDefinition definition;
  private final Process process;
  private final BufferedReader answers;
  private final Path log;
  private final Path folder;
  private int rounds;

  private RunningPeer(PeerDefinition definition, Process process, Path folder, Path log) {
    this.definition = definition;
    this.process = process;
    this.folder = folder;
    this.log = log;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts a peer and waits until it is ready.
   *
   * @param folder for its output and its log
   * @param heap of its JVM, such as {@code 2g}
   * @throws IOException if it exits instead, with the end of its log
   */
  public static RunningPeer start(
      PeerDefinition definition, PeerTask task, Path folder, String heap, Cores cores)
      throws IOException {
    Files.createDirectories(folder);
    Path log = folder.resolve(definition.name() + ".log");
    List<String> command = new ArrayList<>(cores.pinning(task.parallelism()));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Both, as in Flink's scripts: a growing heap triggers repeated garbage collections.
    command.addAll(List.of("-Xms" + heap, "-Xmx" + heap));
    command.addAll(definition.jvmArguments());
    command.addAll(List.of("-cp", definition.classPath(), definition.mainClass()));
    command.addAll(task.arguments());
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(log.toFile());
    builder.environment().putAll(definition.environment());
    Process process = builder.start();
    RunningPeer peer = new RunningPeer(definition, process, folder, log);
    try {
      peer.expect(PeerServer.READY);
    } catch (IOException e) {
      peer.close();
      throw e;
    }
    return peer;
  }

  public String name() {
    return definition.name();
  }

  /** Seconds of CPU time since the process started. */
  public double cpuSeconds() {
    return CpuClock.seconds(process.toHandle());
  }

  /** Runs a round, reads its output, and deletes it. */
  public Round round() throws IOException {
    Path output = folder.resolve(definition.name() + "-" + rounds++);
    double cpuBefore = cpuSeconds();
    double machineBefore = CpuClock.machineSeconds();
    long start = System.nanoTime();
    Map<String, Long> figures = run(output);
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpu = cpuSeconds() - cpuBefore;
    double others = Math.max(0, CpuClock.machineSeconds() - machineBefore - cpu);
    LakeContents contents = LakeReader.read(output);
    delete(output);
    return new Round(seconds, cpu, others, contents, figures);
  }

  /** Makes the peer write into a folder, and returns the figures that it reports. */
  public Map<String, Long> run(Path output) throws IOException {
    process.outputWriter(StandardCharsets.UTF_8).append(output.toString()).append('\n').flush();
    return figures(expect(PeerServer.DONE));
  }

  private String expect(String word) throws IOException {
    String answer = answers.readLine();
    if (answer == null || !answer.split(" ")[0].equals(word)) {
      throw new IOException(
          "the peer "
              + definition.name()
              + " answered "
              + (answer == null ? "nothing" : "'" + answer + "'")
              + " instead of '"
              + word
              + "'. The end of its log "
              + log
              + ":\n"
              + endOfLog());
    }
    return answer;
  }

  private String endOfLog() throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - LOG_LINES_SHOWN), all.size()));
    }
  }

  private static Map<String, Long> figures(String answer) {
    Map<String, Long> figures = new HashMap<>();
    for (String word : answer.split(" ")) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        figures.put(word.substring(0, equals), Long.parseLong(word.substring(equals + 1)));
      }
    }
    return figures;
  }

  /** Ignores missing files: the peer may still be deleting its own last checkpoint. */
  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            return postVisit(failure);
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            Files.deleteIfExists(directory);
            return postVisit(failure);
          }

          private FileVisitResult postVisit(IOException failure) throws IOException {
            if (failure != null && !(failure instanceof NoSuchFileException)) {
              throw failure;
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Ends the process: closes its input and, if it does not exit in time, kills it. */
  @Override
  public void close() {
    try {
      process.outputWriter(StandardCharsets.UTF_8).close();
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      // The process has already ended and closed its end of the pipe.
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
