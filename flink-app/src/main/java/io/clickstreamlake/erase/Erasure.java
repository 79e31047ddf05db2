package io.clickstreamlake.erase;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.sink.BatchRun;
import io.clickstreamlake.sink.Generations;
import io.clickstreamlake.sink.SettledMark;
import io.clickstreamlake.tables.LakeSinks;
import io.clickstreamlake.tables.LakeTable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases the rows of persons from click_events and rejected_events, and their records from the raw
 * archive, and proves it.
 *
 * <pre>
 *   finish earlier runs that crashed ─▶ list files ─▶ FileErasure each ─▶ ledger ─▶ look again ─▶ report
 * </pre>
 *
 * <h2>Why each erased row is counted once</h2>
 *
 * <p>The file system replaces or deletes a file atomically, and only one erasure runs at a time.
 * Each file is announced with its counts before it changes, and says in its footer which runs have
 * changed it. So for each announcement it is known at any time whether its rows are gone. The
 * entries of the ledger are derived from the announcements of a run whose rows are gone, and are in
 * files whose names contain the run. To derive them again gives the same files.
 *
 * <p>A crash at any point leaves a run that is not finished. The next command, the same or another
 * one, first derives its entries and ends it. Then it starts a run of its own, which finds the
 * files that the crashed run did not reach. The sums of the ledger and the tables are as without
 * the crash.
 *
 * <h2>Beside the job, and beside queries</h2>
 *
 * <p>The job may run, fail and recover at any time, see {@link
 * io.clickstreamlake.sink.ErasedFiles}. Rows in its open files are not visible: they appear when
 * these files roll, and the report says when that is; then erase again. Events that are still in
 * the stream are not changed; a job that starts from an older position writes them again. No rewind
 * may run at the same time.
 *
 * <p>A query that has opened a file before it is replaced never sees a mixture of both: on a local
 * disk it reads the old file to its end; on S3 its next request asks for the old ETag and fails, if
 * the engine asks for it (Trino and Athena do, as does Flink's S3 file system). A query that opens
 * it later sees the new one. A query may see some files before and others after the erasure.
 *
 * <p>Limits: an erasure that is paused between its last check and a replacement for longer than
 * {@code silence}, and resumes while another erasure changes the same file, may bring rows of the
 * other back; the second scan of the other may not see that. Files of {@code sink.type} CHECKPOINT
 * may be erased only while no failure of the job is pending: Flink's FileSink compares lengths too.
 */
public final class Erasure {

  private static final Logger LOG = LoggerFactory.getLogger(Erasure.class);

  private static final JsonMapper JSON = new JsonMapper();

  private static final DateTimeFormatter STARTED =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** A beat is four times as frequent as needed. */
  private static final int BEATS = 4;

  /** Time for the checkpoint that makes a rolled file visible. */
  private static final Duration COMMIT = Duration.ofMinutes(10);

  /** Applies a step to each file, in any order, in parallel or not. */
  public interface Engine {
    List<FileResult> apply(List<TableFile> files, FileErasure step) throws Exception;
  }

  private final JobSettings settings;
  private final PersonRows persons;
  private final RawArchive archive;
  private final String version;
  private final Engine engine;
  private final Clock clock;
  private final Duration silence;
  private final ErasureFolder folder;
  private final String lake;

  /**
   * @param settings of the job that writes the tables
   * @param archive to which the stream of the job goes
   * @param version of this program, for the footers of new files
   * @param silence time after which a run without a sign of life is taken to have crashed; zero if
   *     the caller knows that no other erasure runs
   */
  public Erasure(
      JobSettings settings,
      PersonRows persons,
      RawArchive archive,
      String version,
      Engine engine,
      Clock clock,
      Duration silence) {
    this.settings = settings;
    this.persons = persons;
    this.archive = archive;
    this.version = version;
    this.engine = engine;
    this.clock = clock;
    this.silence = silence;
    this.lake = settings.lakeRoot();
    this.folder = new ErasureFolder(lake);
  }

  /** Finds the rows and changes nothing. */
  public ObjectNode find() throws Exception {
    Instant started = clock.instant();
    List<TableFile> files = list();
    ObjectNode report = report("", started, files, engine.apply(files, step("", true)));
    return report.put("dryRun", true);
  }

  /**
   * Erases the rows.
   *
   * @return the report, which is also stored beside the announcements
   * @throws IOException if another erasure runs, or the file system returns an error. Whatever was
   *     erased until then is counted by the next run.
   */
  public ObjectNode erase() throws Exception {
    finishOthers();
    Instant started = clock.instant();
    String run =
        STARTED.format(started) + "-" + UUID.randomUUID().toString().replace("-", "").substring(16);
    folder.beat(run);
    // Whoever starts at the same time sees this run too, and both give up.
    if (folder.unfinished().size() > 1) {
      folder.abandon(run);
      throw otherRuns(folder.unfinished().toString());
    }
    List<String> preparing = Generations.preparing(settings.get(JobOptions.SINK_PATH));
    if (!preparing.isEmpty()) {
      folder.abandon(run);
      throw new IOException(
          "Generation "
              + String.join(", ", preparing)
              + " of the tables is being prepared, or its preparation has crashed: a row could be"
              + " copied before it is erased. Wait for ./lake reprocess, or start it again with the"
              + " same arguments; then erase.");
    }
    Optional<String> replacing = BatchRun.replacing(LakeSinks.runs(lake));
    if (replacing.isPresent()) {
      folder.abandon(run);
      throw new IOException(
          "The run "
              + replacing.get()
              + " is moving rows out of rejected_events, or has crashed while it did. Wait for it, or"
              + " start ./lake replay again; then erase.");
    }
    ScheduledExecutorService beats = beats(run);
    try {
      List<TableFile> files = list();
      List<FileResult> erased = engine.apply(files, step(run, false));
      ErasedCounts counts = folder.postToLedger(run, createdBy(), zstdLevel());
      List<TableFile> again = list();
      List<FileResult> left = engine.apply(again, step(run, true));
      ObjectNode report = report(run, started, files, erased);
      report.set("ledger", counts.toJson());
      reportSecondScan(report.putObject("secondScan"), files, again, left);
      stop(beats); // A later beat would look like a run that is not finished.
      folder.end(run, report);
      return report;
    } finally {
      stop(beats);
    }
  }

  private void finishOthers() throws IOException, InterruptedException {
    for (String run : folder.unfinished()) {
      Optional<String> beat = folder.lastBeat(run);
      Thread.sleep(silence.toMillis());
      if (!beat.equals(folder.lastBeat(run)) && folder.lastBeat(run).isPresent()) {
        throw otherRuns(run);
      }
      folder.takeOver(run);
      if (folder.hasReport(run)) {
        folder.abandon(run);
        continue;
      }
      ErasedCounts counts = folder.postToLedger(run, createdBy(), zstdLevel());
      LOG.info("Finished the erasure {}, which had crashed: {} rows.", run, counts.total());
      ObjectNode report = JSON.createObjectNode().put("run", run).put("crashed", true);
      report.set("ledger", counts.toJson());
      folder.end(run, report);
    }
  }

  private static IOException otherRuns(String run) {
    return new IOException(
        "Another erasure runs (" + run + "), and two must not change the same files. Wait for it.");
  }

  private ScheduledExecutorService beats(String run) {
    ScheduledExecutorService beats =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "erasure " + run);
              thread.setDaemon(true);
              return thread;
            });
    if (!silence.isZero()) {
      long millis = Math.max(1, silence.toMillis() / BEATS);
      beats.scheduleAtFixedRate(() -> beat(run), millis, millis, TimeUnit.MILLISECONDS);
    }
    return beats;
  }

  private static void stop(ScheduledExecutorService beats) throws InterruptedException {
    beats.shutdown();
    beats.awaitTermination(1, TimeUnit.MINUTES);
  }

  private void beat(String run) {
    try {
      folder.checkNotTakenOver(run);
      folder.beat(run);
    } catch (IOException | RuntimeException e) {
      LOG.warn("The erasure {} could not show that it goes on.", run, e);
    }
  }

  private List<TableFile> list() throws IOException {
    List<TableFile> files = new ArrayList<>();
    for (LakeTable<?> table : PersonRows.tables()) {
      files.addAll(TableFile.list(table, lake));
    }
    files.addAll(TableFile.list(archive));
    return files;
  }

  private FileErasure step(String run, boolean finds) {
    return new FileErasure(
        lake,
        run,
        persons,
        zstdLevel(),
        finds,
        archive.wholeRecords(),
        (int) settings.get(JobOptions.PARSE_MAX_UNCOMPRESSED).getBytes());
  }

  private int zstdLevel() {
    return settings.get(JobOptions.ZSTD_LEVEL);
  }

  private String createdBy() {
    return "clickstream-lake version " + version + " (build parquet-java)";
  }

  private ObjectNode report(
      String run, Instant started, List<TableFile> files, List<FileResult> results) {
    ObjectNode report = JSON.createObjectNode();
    report.put("run", run).put("startedAt", started.toString());
    report.put("finishedAt", clock.instant().toString());
    for (LakeTable<?> table : PersonRows.tables()) {
      ObjectNode counts = report.withObject("/tables").putObject(table.name());
      counts.put("files", files.stream().filter(file -> file.table.equals(table.name())).count());
      long changed = 0;
      long rows = 0;
      for (FileResult result : results) {
        if (result.table.equals(table.name())) {
          changed++;
          rows += result.erased;
        }
      }
      counts.put("filesWithRows", changed).put("rows", rows);
    }
    reportArchive(report.putObject("archive"), files, results);
    ArrayNode touched = report.putArray("touched");
    results.stream()
        .filter(result -> result.erased > 0)
        .sorted((one, other) -> one.path.compareTo(other.path))
        .forEach(
            result ->
                touched
                    .addObject()
                    .put("path", result.path)
                    .put("rows", result.rows)
                    .put("erased", result.erased)
                    .put("bytesBefore", result.bytesBefore)
                    .put("bytesAfter", result.bytesAfter));
    report.put("openFilesAreVisibleBy", openFilesAreVisibleBy(started).toString());
    return report;
  }

  /**
   * What was found in files that this run had searched proves an error. Files that appeared since
   * may have rows that arrived since.
   */
  private static void reportSecondScan(
      ObjectNode report, List<TableFile> files, List<TableFile> again, List<FileResult> left) {
    Set<String> searched = files.stream().map(file -> file.path).collect(Collectors.toSet());
    long found = 0;
    long since = 0;
    ArrayNode foundIn = JSON.createArrayNode();
    for (FileResult file : left) {
      if (!searched.contains(file.path)) {
        since += file.erased + file.shared;
      } else if (file.erased + file.shared > 0) {
        found += file.erased;
        foundIn.add(file.path);
      }
    }
    report.put("files", again.size()).put("rowsFound", found).put("rowsInNewFiles", since);
    report.set("found", foundIn);
  }

  private static void reportArchive(
      ObjectNode report, List<TableFile> files, List<FileResult> results) {
    long changed = 0;
    long events = 0;
    long shared = 0;
    ArrayNode sharedIn = JSON.createArrayNode();
    ArrayNode unreadable = JSON.createArrayNode();
    for (FileResult result : results) {
      if (result.table.equals(RawArchive.RECORDS) || result.table.equals(RawArchive.FAILED)) {
        changed += result.erased > 0 ? 1 : 0;
        events += result.erased;
        shared += result.shared;
        if (result.shared > 0) {
          sharedIn.add(result.path);
        }
        if (result.isDamaged) {
          unreadable.add(result.path);
        }
      }
    }
    report.put("objects", files.stream().filter(TableFile::isInArchive).count());
    report.put("objectsWithRecords", changed).put("events", events).put("sharedRecords", shared);
    report.set("sharedIn", sharedIn);
    report.set("unreadable", unreadable);
  }

  /**
   * The arrival before which every row that the job has read is visible: an erasure that starts
   * later finds all of them.
   *
   * @return empty if there is no mark of the job, see {@link SettledMark}
   */
  public Optional<Instant> settledBefore() throws IOException {
    Instant earliest = null;
    for (LakeTable<?> table : PersonRows.tables()) {
      Optional<Instant> mark = SettledMark.read(table.metadata(lake));
      if (mark.isEmpty()) {
        return mark;
      }
      earliest = earliest == null || mark.get().isBefore(earliest) ? mark.get() : earliest;
    }
    return Optional.ofNullable(earliest);
  }

  /** When every file that the running job had open at this time is visible. */
  private Instant openFilesAreVisibleBy(Instant time) {
    long interval = settings.get(JobOptions.ROLL_INTERVAL).toMillis();
    return Instant.ofEpochMilli(Math.floorDiv(time.toEpochMilli(), interval) * interval + interval)
        .plus(COMMIT);
  }
}
