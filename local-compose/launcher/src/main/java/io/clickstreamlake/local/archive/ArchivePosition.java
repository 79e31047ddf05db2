package io.clickstreamlake.local.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How far each shard is archived, in a file that is replaced as a whole at every change: a crash
 * leaves the old one or the new one.
 */
final class ArchivePosition {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final String identity;
  private final Map<String, String> stored = new TreeMap<>();
  private final Set<String> finished = new TreeSet<>();

  private ArchivePosition(Path file, String identity) {
    this.file = file;
    this.identity = identity;
  }

  /**
   * Where an earlier run stopped; the begin of the stream if there was none, or if it was on
   * another stream.
   *
   * @param identity of the stream
   */
  static ArchivePosition open(Path file, String identity) {
    ArchivePosition position = new ArchivePosition(file, identity);
    if (Files.exists(file)) {
      try {
        JsonNode json = JSON.readTree(file.toFile());
        if (json.path("stream").asText().equals(identity)) {
          json.path("stored")
              .fields()
              .forEachRemaining(e -> position.stored.put(e.getKey(), e.getValue().asText()));
          json.path("finished").forEach(shard -> position.finished.add(shard.asText()));
        }
      } catch (IOException e) {
        throw new LakeException(
            "The position of the raw archive in "
                + file
                + " cannot be read: "
                + e.getMessage()
                + ". Delete the file, and the stream is archived from its begin once more.",
            e);
      }
    }
    return position;
  }

  /** The last record of a shard that is stored. */
  Optional<String> stored(String shard) {
    return Optional.ofNullable(stored.get(shard));
  }

  /** Whether a shard is closed and stored to its end. */
  boolean isFinished(String shard) {
    return finished.contains(shard);
  }

  void store(String shard, String sequenceNumber) {
    stored.put(shard, sequenceNumber);
    write();
  }

  void finish(String shard) {
    stored.remove(shard);
    finished.add(shard);
    write();
  }

  /** Forgets the shards that the stream does not keep any more. */
  void retain(Set<String> shards) {
    if (stored.keySet().retainAll(shards) | finished.retainAll(shards)) {
      write();
    }
  }

  private void write() {
    ObjectNode json = JSON.createObjectNode();
    json.put("stream", identity);
    stored.forEach(json.putObject("stored")::put);
    finished.forEach(json.putArray("finished")::add);
    Path next = file.resolveSibling(file.getFileName() + ".next");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (FileChannel channel =
          FileChannel.open(
              next,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        channel.write(ByteBuffer.wrap(JSON.writeValueAsBytes(json)));
        channel.force(true);
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("The position cannot be written to " + file, e);
    }
  }
}
