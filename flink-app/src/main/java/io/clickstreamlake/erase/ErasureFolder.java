package io.clickstreamlake.erase;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.event.LedgerEntry;
import io.clickstreamlake.files.AtomicFile;
import io.clickstreamlake.files.FlinkInputFile;
import io.clickstreamlake.files.FolderListing;
import io.clickstreamlake.files.OverwrittenFile;
import io.clickstreamlake.parquet.AvroRowReader;
import io.clickstreamlake.tables.LakeSinks;
import io.clickstreamlake.tables.LakeTable;
import io.clickstreamlake.tables.StoredTable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.flink.core.fs.FSDataOutputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/**
 * What the erasures of a lake have announced and done. It contains no ids of persons.
 *
 * <pre>
 *   _erase/running/RUN                there while the run is not finished; changes while it runs
 *   _erase/runs/RUN/intents/FILE      how many rows a file is about to lose, per entry of the ledger
 *   _erase/runs/RUN/taken-over        another process finishes this run: it must stop
 *   _erase/runs/RUN/report.json
 * </pre>
 */
final class ErasureFolder implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Key in the footer of a rewritten file: the runs that erased rows, separated by commas. */
  static final String FOOTER_KEY = "clickstream-lake.erasures";

  private static final JsonMapper JSON = new JsonMapper();

  private final String lake;

  /**
   * @param lake {@code sink.path}
   */
  ErasureFolder(String lake) {
    this.lake = lake;
  }

  private Path running(String run) {
    return new Path(LakeSinks.erasures(lake), run);
  }

  private Path runFile(String run, String name) {
    return new Path(lake + "/_erase/runs/" + run + "/" + name);
  }

  /** The runs that are not finished, oldest first: they are running, or crashed. */
  List<String> unfinished() throws IOException {
    List<String> runs = new ArrayList<>();
    for (FileStatus status : FolderListing.of(running("x").getParent())) {
      String name = status.getPath().getName();
      if (!name.startsWith(".")) {
        runs.add(name);
      }
    }
    Collections.sort(runs);
    return runs;
  }

  /** Shows others that the run goes on. */
  void beat(String run) throws IOException {
    put(running(run), JSON.createObjectNode().put("alive", UUID.randomUUID().toString()));
  }

  /** Changes whenever the run shows that it goes on; empty if it is finished. */
  Optional<String> lastBeat(String run) throws IOException {
    return get(running(run)).map(JsonNode::toString);
  }

  void takeOver(String run) throws IOException {
    put(runFile(run, "taken-over"), JSON.createObjectNode());
  }

  /**
   * @throws IOException if another process finishes the run
   */
  void checkNotTakenOver(String run) throws IOException {
    if (get(runFile(run, "taken-over")).isPresent()) {
      throw new IOException(
          "The erasure "
              + run
              + " was silent for so long that another one has finished it. Start it again.");
    }
  }

  /** Announces that a file is about to lose rows. */
  void announce(String run, TableFile file, ErasedCounts counts) throws IOException {
    ObjectNode intent = JSON.createObjectNode().put("path", file.toString());
    intent.set("erased", counts.toJson());
    String name =
        UUID.nameUUIDFromBytes(file.toString().getBytes(StandardCharsets.UTF_8)).toString();
    put(runFile(run, "intents/" + name), intent);
  }

  /**
   * Posts what a run has erased to the ledger, and ends it. Idempotent: the result depends only on
   * the announcements and on the files, and replaces that of an earlier attempt.
   *
   * @return what was erased
   */
  ErasedCounts postToLedger(String run, String createdBy, int zstdLevel) throws IOException {
    ErasedCounts erased = new ErasedCounts();
    for (FileStatus status : FolderListing.of(runFile(run, "intents"))) {
      if (status.isDir() || status.getPath().getName().startsWith(".")) {
        continue;
      }
      JsonNode intent = get(status.getPath()).orElseThrow();
      if (intent.required("erased").isEmpty()) {
        continue; // Not in the ledger: an object of the raw archive, or a file out of its table.
      }
      if (isDone(run, new Path(intent.required("path").asText()))) {
        erased.addAll(ErasedCounts.fromJson(intent.required("erased")));
      }
    }
    Map<String, List<LedgerEntry>> days = new TreeMap<>();
    for (LedgerEntry entry : erased.entries()) {
      days.computeIfAbsent(LakeTable.LEDGER.bucket(entry), day -> new ArrayList<>()).add(entry);
    }
    for (Map.Entry<String, List<LedgerEntry>> day : days.entrySet()) {
      Path file =
          new Path(
              new Path(LakeTable.LEDGER.location(lake), day.getKey()),
              "erased-" + run + ".parquet");
      AtomicFile.write(
          file,
          out -> StoredTable.write(LakeTable.LEDGER, day.getValue(), createdBy, zstdLevel, out));
    }
    return erased;
  }

  /** Whether the rows that were announced are gone; otherwise the run crashed before. */
  private static boolean isDone(String run, Path file) throws IOException {
    FlinkInputFile input;
    try {
      input = FlinkInputFile.of(file);
    } catch (FileNotFoundException e) {
      return true; // No row remained.
    }
    try (AvroRowReader<?> rows = AvroRowReader.openGeneric(input)) {
      return runs(rows.footer().getFileMetaData().getKeyValueMetaData()).contains(run);
    }
  }

  /** The runs that erased rows of a file. */
  static List<String> runs(Map<String, String> footer) {
    String runs = footer.get(FOOTER_KEY);
    return runs == null ? List.of() : Arrays.asList(runs.split(","));
  }

  /** Ends a run whose effects are in the ledger. */
  void end(String run, ObjectNode report) throws IOException {
    put(runFile(run, "report.json"), report);
    running(run).getFileSystem().delete(running(run), false);
  }

  /** Whether the effects of a run are in the ledger. */
  boolean hasReport(String run) throws IOException {
    return get(runFile(run, "report.json")).isPresent();
  }

  /** Ends a run that has announced nothing, or whose effects are in the ledger. */
  void abandon(String run) throws IOException {
    running(run).getFileSystem().delete(running(run), false);
  }

  private static void put(Path path, ObjectNode content) throws IOException {
    try (FSDataOutputStream out = path.getFileSystem().create(path, WriteMode.OVERWRITE)) {
      out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(content));
    }
  }

  private static Optional<JsonNode> get(Path path) throws IOException {
    try {
      return Optional.of(JSON.readTree(OverwrittenFile.read(path)));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }
}
