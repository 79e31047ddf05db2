package io.clickstreamlake.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.files.FolderListing;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.io.SimpleVersionedSerialization;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The run of a batch that adds rows to the tables: all its files become visible, or none, also if
 * it ends at any point and is started again.
 *
 * <pre>
 *   _runs/
 *     20261126T101500123Z-load-1c0ffee2a4b9d016.running    the run; the newest one may publish
 *     20261126T101500123Z-load-1c0ffee2a4b9d016.manifest   all its files, and how to complete their uploads
 *     20261126T101500123Z-load-1c0ffee2a4b9d016.done       all of them are visible
 * </pre>
 *
 * <p>The files are uploads that are not completed. When all are written, the manifest is stored;
 * then they are completed. Every run first completes the manifests that it finds. So before the
 * manifest nothing of a run is visible, and after it all of it will be.
 *
 * <p>Two runs at once: each stores its {@code running}, and then looks for manifests; it stores its
 * manifest, and then looks for a newer {@code running}. So if one does not know of the files of the
 * other, it does not publish.
 *
 * <h2>Beside the job</h2>
 *
 * <p>The files are recorded in the {@link PublicationLog} of each table as published with the last
 * checkpoint that the job had published before the run read the tables. A snapshot of that
 * checkpoint, or a later one, can thus be restored; and a rewind to an older one, after which the
 * job reads again what the run has compared its rows with, moves the files of the run away too. If
 * the job is rewound while the run works, the run does not publish.
 *
 * <h2>Rows that leave a table</h2>
 *
 * <p>A run may also take rows out of visible files. It stores the new content of such a file, and
 * replaces the file after everything else is visible, so that each row is always in a table:
 *
 * <pre>
 *     20261126T101500123Z-replay-1c0ffee2a4b9d016/            new content of visible files
 *     20261126T101500123Z-replay-1c0ffee2a4b9d016.replacing   they are being replaced
 * </pre>
 *
 * <p>From then on the job must not be rewound to a snapshot before the run, since the rows are in
 * no other place. Therefore one of the new files is recorded before like one from which rows were
 * erased ({@link ErasedFiles}).
 *
 * <p>An erasure replaces visible files too. Each of the two announces itself, and then looks for
 * the other; so at least one of them does nothing.
 *
 * <p>Immutable but for {@link #begin}.
 */
public final class BatchRun implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(BatchRun.class);

  private static final JsonMapper JSON = new JsonMapper();

  private static final String RUNNING = ".running";
  private static final String MANIFEST = ".manifest";
  private static final String REPLACING = ".replacing";
  private static final String DONE = ".done";

  private static final String AGAIN =
      " Nothing was published. Run the same command again: it finds the tables as they are now.";

  private static final DateTimeFormatter STARTED =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Path folder;
  private final String command;
  private final LinkedHashMap<String, Path> logs;
  private final Path erasures;
  private final Retries retries;

  // Set by begin().
  private String name;
  private String epoch;
  private long checkpoint;
  private HashSet<String> known;

  /**
   * @param folder of the runs
   * @param command name of the command, in lower case
   * @param logs folder of the {@link PublicationLog} of each table, by name of the table
   * @param erasures folder that has a file while rows are erased
   */
  BatchRun(Path folder, String command, Map<String, Path> logs, Path erasures, Retries retries) {
    this.folder = folder;
    this.command = command;
    this.logs = new LinkedHashMap<>(logs);
    this.erasures = erasures;
    this.retries = retries;
  }

  /**
   * Begins the run, before it reads the tables: completes what earlier runs have announced, and
   * from now on they no longer publish.
   *
   * @return number of files of earlier runs that were completed
   */
  public int begin() throws IOException, InterruptedException {
    epoch = RollingParquetSink.newEpoch();
    List<String> earlier = runs(RUNNING);
    long time = Clock.systemUTC().millis();
    do {
      name = STARTED.format(Instant.ofEpochMilli(time++)) + "-" + command + "-" + epoch;
    } while (!earlier.isEmpty() && name.compareTo(earlier.get(earlier.size() - 1)) <= 0);
    write(RUNNING, JSON.createObjectNode());
    int completed = 0;
    for (String run : runs(MANIFEST)) {
      if (!exists(run + DONE)) {
        completed += completeEarlier(run);
      }
    }
    deleteEarlier();
    List<Publication> published = published();
    known =
        published.stream().map(Publication::name).collect(Collectors.toCollection(HashSet::new));
    Optional<Publication> last =
        published.stream()
            .filter(
                entry ->
                    entry.kind() == Publication.Kind.COMMITTED
                        || entry.kind() == Publication.Kind.RESTORED)
            .max(Comparator.naturalOrder());
    if (last.isPresent()) {
      epoch = last.get().epoch();
      checkpoint = lastCheckpoint(published);
    }
    return completed;
  }

  /** Deletes what earlier runs have left, which are complete or can no longer publish. */
  private void deleteEarlier() throws IOException {
    for (FileStatus file : FolderListing.of(folder)) {
      String run = file.getPath().getName().replaceFirst("\\..*", "");
      if (run.compareTo(name) < 0 && (exists(run + DONE) || !exists(run + MANIFEST))) {
        // The manifest first: without its end, it would be completed again.
        for (String ending : List.of(MANIFEST, REPLACING, DONE, RUNNING, "")) {
          folder.getFileSystem().delete(new Path(folder, run + ending), true);
        }
      }
    }
  }

  /** Folder for the new content of visible files, see {@link StagedFile#replacing}. */
  public Path stagingFolder() {
    return new Path(folder, name);
  }

  /**
   * The run that has announced that visible files lose rows, and is not complete.
   *
   * @param folder of the runs
   * @return empty if there is none
   */
  public static Optional<String> replacing(Path folder) throws IOException {
    for (FileStatus file : FolderListing.of(folder)) {
      String fileName = file.getPath().getName();
      if (fileName.endsWith(MANIFEST)) {
        String run = fileName.substring(0, fileName.length() - MANIFEST.length());
        if (!exists(folder, run + DONE) && !replaced(manifest(folder, run)).isEmpty()) {
          return Optional.of(run);
        }
      }
    }
    return Optional.empty();
  }

  private int completeEarlier(String run) throws IOException, InterruptedException {
    ObjectNode manifest = manifest(run);
    if (exists(run + REPLACING)) {
      return complete(run, manifest);
    }
    Optional<String> rewound = rewoundSince(manifest);
    if (rewound.isPresent()) {
      // The job reads again what the rows were compared with. Those that were visible are gone.
      LOG.warn(
          "{} announced files and did not publish them, and does not any more: {}", run, rewound);
      delete(run + MANIFEST);
      return 0;
    }
    return complete(run, manifest);
  }

  /** The newest checkpoint of the epoch whose snapshots contain everything that is published. */
  private long lastCheckpoint(List<Publication> published) {
    return published.stream()
        .filter(entry -> entry.epoch().equals(epoch))
        .mapToLong(
            entry ->
                // The first checkpoint of an epoch that restored another one's is the next number.
                entry.isRestore() ? entry.checkpoint() + 1 : entry.checkpoint())
        .max()
        .orElse(0);
  }

  /**
   * Names of the runs that have announced files, and have not yet made all of them visible: they
   * are at it, or crashed.
   *
   * @param folder of the runs
   */
  public static List<String> unfinished(Path folder) throws IOException {
    TreeSet<String> unfinished = new TreeSet<>();
    List<String> done = new ArrayList<>();
    for (FileStatus file : FolderListing.of(folder)) {
      String name = file.getPath().getName();
      if (name.endsWith(MANIFEST)) {
        unfinished.add(name.substring(0, name.length() - MANIFEST.length()));
      } else if (name.endsWith(DONE)) {
        done.add(name.substring(0, name.length() - DONE.length()));
      }
    }
    unfinished.removeAll(done);
    return new ArrayList<>(unfinished);
  }

  /** Makes all files of the run visible. Called again after a failure, it does the same. */
  void publish(List<StagedFile> staged) throws IOException, InterruptedException {
    ObjectNode manifest = exists(name + MANIFEST) ? manifest(name) : announce(staged);
    complete(name, manifest);
  }

  /** Stores the manifest, unless something happened that this run does not know of. */
  private ObjectNode announce(List<StagedFile> staged) throws IOException {
    refuseIfReplaced();
    refuseIfRewound();
    ObjectNode manifest = JSON.createObjectNode();
    manifest.put("epoch", epoch);
    manifest.put("checkpoint", checkpoint);
    ArrayNode entries = manifest.putArray("known");
    known.forEach(entries::add);
    ArrayNode tables = manifest.putArray("tables");
    ArrayNode replaced = manifest.putArray("replaced");
    for (StagedFile file : staged) {
      if (file.replaced != null) {
        ReplacedFile.of(logs.get(file.table).getParent(), file).writeTo(replaced.addObject());
      }
    }
    for (Map.Entry<String, Path> table : logs.entrySet()) {
      List<PublishedFile> files = files(table.getKey(), staged);
      if (!files.isEmpty()) {
        ObjectNode json = tables.addObject();
        json.put("table", table.getKey());
        json.put("log", table.getValue().toString());
        json.put(
            "entry", Publication.committed(Clock.systemUTC().millis(), epoch, checkpoint).name());
        ArrayNode array = json.putArray("files");
        files.forEach(file -> file.writeTo(array.addObject()));
      }
    }
    write(MANIFEST, manifest);
    try {
      refuseIfReplaced();
      refuseIfRewound();
      refuseIfErased(replaced(manifest));
    } catch (BatchRefusedException e) {
      delete(name + MANIFEST);
      throw e;
    }
    return manifest;
  }

  private static List<PublishedFile> files(String table, List<StagedFile> staged)
      throws IOException {
    List<PublishedFile> files = new ArrayList<>();
    for (StagedFile file : staged) {
      if (file.file != null && file.table.equals(table)) {
        CommittableFile written =
            SimpleVersionedSerialization.readVersionAndDeSerialize(
                new CommittableFileSerializer(), file.file);
        files.add(
            new PublishedFile(
                written.bucket(), written.path(), written.length(), written.commit()));
      }
    }
    return files;
  }

  private void refuseIfReplaced() throws IOException {
    List<String> runs = runs(RUNNING);
    String newest = runs.isEmpty() ? null : runs.get(runs.size() - 1);
    if (!name.equals(newest)) {
      throw new BatchRefusedException(
          "Another run was started in the meantime"
              + (newest == null ? "" : ", " + newest)
              + "."
              + AGAIN);
    }
  }

  private void refuseIfRewound() throws IOException {
    Optional<String> reason = rewoundSince(known, epoch, checkpoint);
    if (reason.isPresent()) {
      throw new BatchRefusedException(reason.get() + AGAIN);
    }
  }

  private void refuseIfErased(List<ReplacedFile> replaced) throws IOException {
    if (replaced.isEmpty()) {
      return;
    }
    List<FileStatus> running = FolderListing.of(erasures);
    if (!running.isEmpty()) {
      throw new BatchRefusedException(
          "Rows of persons are being erased ("
              + running.get(0).getPath().getName()
              + "), or such a run has crashed: then run ./lake erase first."
              + AGAIN);
    }
    for (ReplacedFile file : replaced) {
      if (!file.isUnchanged()) {
        throw new BatchRefusedException(file + " was changed in the meantime." + AGAIN);
      }
    }
  }

  private static List<ReplacedFile> replaced(JsonNode manifest) {
    List<ReplacedFile> replaced = new ArrayList<>();
    manifest.path("replaced").forEach(json -> replaced.add(ReplacedFile.read(json)));
    return replaced;
  }

  /** Whether the tables were rewound since a run has begun, see below. */
  private Optional<String> rewoundSince(JsonNode manifest) throws IOException {
    Set<String> before = new HashSet<>();
    manifest.path("known").forEach(entry -> before.add(entry.asText()));
    return rewoundSince(
        before, manifest.path("epoch").asText(), manifest.path("checkpoint").asLong());
  }

  /**
   * Whether the tables were rewound, or another job has started.
   *
   * @param before names of the entries that are known
   * @return the reason, or empty if the job only continued
   */
  private Optional<String> rewoundSince(Set<String> before, String epoch, long checkpoint)
      throws IOException {
    Set<String> missing = new HashSet<>(before);
    for (Publication entry : published()) {
      missing.remove(entry.name());
      boolean continues =
          before.contains(entry.name())
              || (entry.isRestore()
                  ? epoch.equals(entry.parent()) && entry.checkpoint() >= checkpoint
                  : entry.kind() != Publication.Kind.REWOUND);
      if (!continues) {
        return Optional.of(
            "The job went back to an older snapshot in the meantime: " + entry.name() + ".");
      }
      if (!before.contains(entry.name())
          && !entry.isRestore()
          && entry.startsEpoch()
          && !entry.epoch().equals(epoch)) {
        // It may read the stream again from an earlier position.
        return Optional.of(
            "A job was started without a snapshot in the meantime: " + entry.name() + ".");
      }
    }
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("The log of publications was rewritten in the meantime.");
  }

  private List<Publication> published() throws IOException {
    List<Publication> all = new ArrayList<>();
    for (Path log : logs.values()) {
      all.addAll(new PublicationLog(log).list());
    }
    return all;
  }

  /** Makes the files of a manifest visible. Idempotent. */
  private int complete(String run, JsonNode manifest) throws IOException, InterruptedException {
    int completed = 0;
    for (JsonNode table : manifest.path("tables")) {
      PublicationLog log = new PublicationLog(new Path(table.path("log").asText()));
      Publication entry =
          Publication.parse(table.path("entry").asText())
              .orElseThrow(() -> new IOException("The manifest of " + run + " has no entry."));
      List<PublishedFile> files = new ArrayList<>();
      for (JsonNode file : table.path("files")) {
        files.add(PublishedFile.read(file));
      }
      log.put(entry, files);
      ErasedFiles erased = new ErasedFiles(log.folder().getParent());
      for (PublishedFile file : files) {
        retries.untilDone("to publish " + file.path(), () -> complete(file, erased));
        completed++;
      }
    }
    if (!replaced(manifest).isEmpty()) {
      replace(run, manifest);
    }
    write(run + DONE, new byte[0]);
    LOG.info("Published {} files of {}.", completed, run);
    return completed;
  }

  /** Replaces visible files, unless the job was rewound before this was prevented. */
  private void replace(String run, JsonNode manifest) throws IOException, InterruptedException {
    if (!exists(run + REPLACING)) {
      // All files of a run are withdrawn together, so one is enough.
      JsonNode table = manifest.path("tables").path(0);
      PublishedFile file = PublishedFile.read(table.path("files").path(0));
      new ErasedFiles(new Path(table.path("log").asText()).getParent())
          .record(file.bucket(), file.path(), file.length());
      Optional<String> rewound = rewoundSince(manifest);
      if (rewound.isPresent()) {
        delete(run + MANIFEST);
        throw new BatchRefusedException(rewound.get() + AGAIN);
      }
      write(run + REPLACING, new byte[0]);
    }
    for (ReplacedFile file : replaced(manifest)) {
      retries.untilDone(
          "to replace " + file,
          () -> {
            file.replace();
            return true;
          });
    }
    LOG.info("Replaced {} files of {}.", replaced(manifest).size(), run);
  }

  private static boolean complete(PublishedFile file, ErasedFiles erased) throws IOException {
    if (isVisible(file, erased)) {
      return true;
    }
    IOException failure = null;
    try {
      RecoverableFiles.of(file.path()).commit(file.commit());
    } catch (IOException | RuntimeException e) {
      failure = e instanceof IOException ? (IOException) e : new IOException(e);
    }
    if (isVisible(file, erased)) {
      return true;
    }
    throw new IOException(
        file.path()
            + " was announced, and its upload cannot be completed. If its upload was aborted, delete"
            + " the manifest in _runs, and run the command again.",
        failure);
  }

  private static boolean isVisible(PublishedFile file, ErasedFiles erased) throws IOException {
    return erased.isVisible(file.bucket(), file.path(), file.length());
  }

  /** Names of the runs that have a file with this ending, oldest first. */
  private List<String> runs(String ending) throws IOException {
    List<String> runs = new ArrayList<>();
    for (FileStatus file : FolderListing.of(folder)) {
      String fileName = file.getPath().getName();
      if (fileName.endsWith(ending)) {
        runs.add(fileName.substring(0, fileName.length() - ending.length()));
      }
    }
    runs.sort(Comparator.naturalOrder());
    return runs;
  }

  private ObjectNode manifest(String run) throws IOException {
    return manifest(folder, run);
  }

  private static ObjectNode manifest(Path folder, String run) throws IOException {
    try (FSDataInputStream in = folder.getFileSystem().open(new Path(folder, run + MANIFEST))) {
      return (ObjectNode) JSON.readTree(in);
    }
  }

  private boolean exists(String file) throws IOException {
    return exists(folder, file);
  }

  private static boolean exists(Path folder, String file) throws IOException {
    try {
      folder.getFileSystem().getFileStatus(new Path(folder, file));
      return true;
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  private void write(String ending, ObjectNode json) throws IOException {
    write(name + ending, json.toString().getBytes(StandardCharsets.UTF_8));
  }

  private void write(String file, byte[] bytes) throws IOException {
    try (FSDataOutputStream out =
        folder.getFileSystem().create(new Path(folder, file), WriteMode.OVERWRITE)) {
      out.write(bytes);
    }
  }

  private void delete(String file) throws IOException {
    folder.getFileSystem().delete(new Path(folder, file), false);
  }

  @Override
  public String toString() {
    return name;
  }
}
