package io.clickstreamlake.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/**
 * What one table made visible, and when: a folder of small objects beside the table, named as
 * {@link Publication} describes, each with the files as JSON.
 *
 * <p>An entry is put before its files become visible, and every other log of the job is listed
 * after that. Listings of S3 are strongly consistent, so of two jobs that publish at once at least
 * one sees the other, and refuses: they cannot both win.
 *
 * <p>The restore of a snapshot needs the names only. The files are for {@link TableRewind}. Beyond
 * {@value #KEPT} entries the oldest are dropped, and one entry remembers how far: whoever knows of
 * that one knows of all before it.
 */
final class PublicationLog {

  /** Some weeks of hourly files of a few writers, and still one page of a listing. */
  static final int KEPT = 900;

  /** So that not every commit drops one entry. */
  private static final int DROPPED_AT_ONCE = 100;

  private static final JsonMapper JSON = new JsonMapper();

  private final Path folder;

  PublicationLog(Path folder) {
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  /** All entries, oldest first. */
  List<Publication> list() throws IOException {
    List<Publication> entries = new ArrayList<>();
    FileStatus[] found;
    try {
      found = folder.getFileSystem().listStatus(folder);
    } catch (FileNotFoundException e) {
      return entries;
    }
    if (found != null) { // as the local file system says that there is no folder
      for (FileStatus file : found) {
        Publication.parse(file.getPath().getName()).ifPresent(entries::add);
      }
    }
    Collections.sort(entries);
    return entries;
  }

  /** Says that these files are about to become visible. Idempotent. */
  void put(Publication entry, List<PublishedFile> files) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode array = root.putArray("files");
    for (PublishedFile file : files) {
      ObjectNode node = array.addObject();
      node.put("path", file.path().toString());
      node.put("bucket", file.bucket());
      node.put("bytes", file.length());
      if (file.commit() != null) {
        node.putObject("upload")
            .put("version", file.commit().version())
            .put("commit", file.commit().bytes());
      }
    }
    try (FSDataOutputStream out = folder.getFileSystem().create(path(entry), WriteMode.OVERWRITE)) {
      out.write(JSON.writeValueAsBytes(root));
    }
  }

  /** The files of an entry; none if it is gone. */
  List<PublishedFile> read(Publication entry) throws IOException {
    List<PublishedFile> files = new ArrayList<>();
    JsonNode root;
    try (FSDataInputStream in = folder.getFileSystem().open(path(entry))) {
      root = JSON.readTree(in);
    } catch (FileNotFoundException e) {
      return files;
    }
    for (JsonNode node : root.path("files")) {
      files.add(
          new PublishedFile(
              node.path("bucket").asText(),
              new Path(node.path("path").asText()),
              node.path("bytes").asLong(),
              commit(node.path("upload"))));
    }
    return files;
  }

  @Nullable
  private static SerializedRecoverable commit(JsonNode upload) throws IOException {
    return upload.isMissingNode()
        ? null
        : new SerializedRecoverable(
            upload.path("version").asInt(), upload.path("commit").binaryValue());
  }

  void remove(Publication entry) throws IOException {
    folder.getFileSystem().delete(path(entry), false);
  }

  /**
   * Renames what other submissions noted when they restored a snapshot that this job descends from:
   * from now on they count as replaced.
   */
  void takeOver(Lineage job) throws IOException {
    for (Publication entry : list()) {
      Optional<String> heir = job.heirOf(entry);
      if (heir.isPresent()) {
        put(entry.takenOverBy(heir.get()), read(entry));
        remove(entry);
      }
    }
  }

  /** Drops the oldest entries if there are too many. Several subtasks may do this at once. */
  void prune(List<Publication> entries) throws IOException {
    if (entries.size() < KEPT + DROPPED_AT_ONCE) {
      return;
    }
    List<Publication> dropped = new ArrayList<>(entries.subList(0, entries.size() - KEPT));
    Publication last = null;
    for (Publication entry : dropped) {
      if (entry.kind() != Publication.Kind.REWOUND) {
        last = entry;
      }
    }
    if (last != null) {
      put(last.pruned(), List.of());
      dropped.remove(last.pruned());
    }
    for (Publication entry : dropped) {
      remove(entry);
    }
  }

  private Path path(Publication entry) {
    return new Path(folder, entry.name());
  }
}
