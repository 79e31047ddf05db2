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
 * The position of the archive in each shard, in a file that is replaced atomically at every change:
 * after a crash it is the old one or the new one.
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
   * Opens the position of an earlier run; without one, or if it is of another stream, the position
   * is the beginning of the stream.
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
                + ". Delete the file; the stream is then archived again from its beginning.",
            e);
      }
    }
    return position;
  }

  /** Sequence number of the last stored record of a shard. */
  Optional<String> stored(String shard) {
    return Optional.ofNullable(stored.get(shard));
  }

  /** Whether a shard is closed and completely stored. */
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

  /** Removes the shards that the stream no longer keeps. */
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
