package io.clickstreamlake.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.files.FolderListing;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/**
 * The record of what one table made visible, and when. It is a folder of small objects outside of
 * the table. {@link Publication} describes their names; each contains its files as JSON.
 *
 * <p>An entry is written before its files become visible, and then the logs of all tables of the
 * job are listed. Listings of S3 are strongly consistent, so if two jobs publish at the same time,
 * at least one of them finds the entry of the other and stops: they cannot both publish.
 *
 * <p>The restore of a snapshot needs only the names; {@link TableRewind} needs the files. Above
 * {@value #MAX_ENTRIES} entries, the oldest are dropped and replaced by one entry of kind pruned: a
 * lineage that contains this entry contains all older ones.
 */
final class PublicationLog {

  /** Some weeks of hourly files of a few writers; one page of a listing on S3, 1,000 keys. */
  static final int MAX_ENTRIES = 900;

  /** Entries are dropped in batches, so that not every commit deletes one. */
  private static final int PRUNED_AT_ONCE = 100;

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
    for (FileStatus file : FolderListing.of(folder)) {
      Publication.parse(file.getPath().getName()).ifPresent(entries::add);
    }
    Collections.sort(entries);
    return entries;
  }

  /** Records that these files are about to become visible. Idempotent. */
  void put(Publication entry, List<PublishedFile> files) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode array = root.putArray("files");
    files.forEach(file -> file.writeTo(array.addObject()));
    try (FSDataOutputStream out = folder.getFileSystem().create(path(entry), WriteMode.OVERWRITE)) {
      out.write(JSON.writeValueAsBytes(root));
    }
  }

  /** The files of an entry; empty if the entry does not exist. */
  List<PublishedFile> read(Publication entry) throws IOException {
    List<PublishedFile> files = new ArrayList<>();
    JsonNode root;
    try (FSDataInputStream in = folder.getFileSystem().open(path(entry))) {
      root = JSON.readTree(in);
    } catch (FileNotFoundException e) {
      return files;
    }
    for (JsonNode node : root.path("files")) {
      files.add(PublishedFile.read(node));
    }
    return files;
  }

  void remove(Publication entry) throws IOException {
    folder.getFileSystem().delete(path(entry), false);
  }

  /**
   * Renames the entries of other submissions that restored a snapshot from which this job descends:
   * from now on these submissions are replaced by this job.
   */
  void takeOver(Lineage job) throws IOException {
    for (Publication entry : list()) {
      Optional<String> successor = job.successorOf(entry);
      if (successor.isPresent()) {
        put(entry.takenOverBy(successor.get()), read(entry));
        remove(entry);
      }
    }
  }

  /** Drops the oldest entries if there are too many. Safe in several subtasks at once. */
  void prune(List<Publication> entries) throws IOException {
    if (entries.size() < MAX_ENTRIES + PRUNED_AT_ONCE) {
      return;
    }
    List<Publication> dropped = new ArrayList<>(entries.subList(0, entries.size() - MAX_ENTRIES));
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
