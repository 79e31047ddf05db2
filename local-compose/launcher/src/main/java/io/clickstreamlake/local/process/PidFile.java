package io.clickstreamlake.local.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A file that records a process, so that it is found after the launcher has ended.
 *
 * <p>A pid alone is not enough: after a reboot, or a day, it may belong to another program. The
 * file also has the start time, and a process counts as ours only if both match.
 */
public final class PidFile {

  /** Start times derive from the kernel's clock ticks and differ slightly between two readings. */
  private static final Duration START_TIME_TOLERANCE = Duration.ofSeconds(2);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  public PidFile(Path file) {
    this.file = file;
  }

  public String processName() {
    return file.getFileName().toString().replaceFirst("\\.json$", "");
  }

  void write(ProcessHandle process) throws IOException {
    ObjectNode node = JSON.createObjectNode();
    node.put("pid", process.pid());
    process.info().startInstant().ifPresent(start -> node.put("started", start.toString()));
    process.info().command().ifPresent(command -> node.put("command", command));
    Files.createDirectories(file.getParent());
    Files.writeString(file, node.toPrettyString() + "\n");
  }

  /** The process, if it is alive and is the one that was started. */
  public Optional<ProcessHandle> livingProcess() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode node = JSON.readTree(file.toFile());
      return ProcessHandle.of(node.path("pid").asLong(-1))
          .filter(ProcessHandle::isAlive)
          .filter(process -> sameStart(process, node.path("started").asText("")));
    } catch (IOException e) {
      // Truncated by a crash during the write: it names no process.
      return Optional.empty();
    }
  }

  private static boolean sameStart(ProcessHandle process, String recorded) {
    Optional<Instant> actual = process.info().startInstant();
    if (recorded.isEmpty() || actual.isEmpty()) {
      return false;
    }
    Duration difference = Duration.between(Instant.parse(recorded), actual.get()).abs();
    return difference.compareTo(START_TIME_TOLERANCE) <= 0;
  }

  public void delete() throws IOException {
    Files.deleteIfExists(file);
  }
}
