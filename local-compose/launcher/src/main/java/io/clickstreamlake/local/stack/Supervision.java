package io.clickstreamlake.local.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.clickstreamlake.local.process.ProcessSpec;
import io.clickstreamlake.local.process.Readiness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a {@link Supervisor} needs to start services again, stored as JSON in the state folder.
 *
 * @param root the checkout
 * @param parallelism of the job
 * @param processes the commands of all services
 */
record Supervision(String root, int parallelism, List<Command> processes) {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /** The command of one service; the environment is added to that of the supervisor. */
  record Command(String name, List<String> command, Map<String, String> environment) {

    static Command of(ProcessSpec spec) {
      return new Command(spec.name(), spec.command(), spec.environment());
    }

    /** Ready at once: the supervisor also watches the other services meanwhile. */
    ProcessSpec spec() {
      return new ProcessSpec(name, command, environment, Readiness.immediately(), TIMEOUT);
    }
  }

  /** Readable by the owner only, like the other files with settings. */
  void write(Path file) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, JSON.writeValueAsString(this) + "\n");
  }

  static Supervision read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), Supervision.class);
  }
}
