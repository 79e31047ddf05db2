package io.clickstreamlake.check;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.dedup.EventIdentity;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.files.FolderListing;
import io.clickstreamlake.sink.BatchRun;
import io.clickstreamlake.sink.PublicationAudit;
import io.clickstreamlake.sink.SettledMark;
import io.clickstreamlake.tables.LakeSinks;
import io.clickstreamlake.tables.LakeTable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;

/**
 * One check of a lake, which changes nothing. The job may run, as may loads, erasures, rewinds and
 * the retention:
 *
 * <pre>
 *   settled marks, runs ─▶ list the tables ─▶ read each file once ─▶ look again ─▶ compare the records
 * </pre>
 *
 * <ul>
 *   <li>The marks are read before the tables are listed, so all rows before them are in the
 *       listing.
 *   <li>The log of publications is read after the listing, so each listed file is in it.
 *   <li>A finding about a file counts only if the file is still the same at the end. One that was
 *       replaced is checked again.
 *   <li>Counts are compared with the ledger only if nobody but the job changed the tables.
 * </ul>
 *
 * <p>Memory: one row group per slot of Flink; in this process the listing, the findings, and the
 * counts by hour and stream.
 */
public final class LakeCheck {

  private static final long PROGRESS_SECONDS = 1;

  /** Receives what the check says while it runs. */
  public interface Output {

    /** Progress: files and bytes that were checked, of all. */
    void progress(long files, long totalFiles, long bytes, long totalBytes);

    void finding(Finding finding);
  }

  private final JobSettings settings;
  private final EventColumns columns;
  private final CheckOptions options;
  private final Clock clock;
  private final String lake;

  @Nullable private final Archive archive;

  private final List<Finding> findings = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final TreeMap<String, long[]> totals = new TreeMap<>();

  /**
   * @param settings of the job that writes the lake
   * @param columns of click_events
   * @param archive is compared with the ledger; null if it is not
   */
  public LakeCheck(
      JobSettings settings,
      EventColumns columns,
      CheckOptions options,
      @Nullable Archive archive,
      Clock clock) {
    this.settings = settings;
    this.columns = columns;
    this.options = options;
    this.archive = archive;
    this.clock = clock;
    this.lake = settings.lakeRoot();
  }

  /** The raw archive. */
  public interface Archive {

    /** Number of events by hour of their folder. */
    TreeMap<Instant, Long> count(StreamExecutionEnvironment environment) throws Exception;

    /** Its location. */
    String location();
  }

  /** What others did to the lake besides the job. */
  private static final class Others {

    final Set<String> runs;
    final Set<String> unfinishedLoads;

    /** Beat of each erasure that is not finished. */
    final Map<String, String> erasures = new TreeMap<>();

    Others(String lake) throws IOException {
      runs = names(LakeSinks.runs(lake));
      unfinishedLoads = new TreeSet<>(BatchRun.unfinished(LakeSinks.runs(lake)));
      for (FileStatus status : FolderListing.of(new Path(lake, "_erase/running"))) {
        if (!status.getPath().getName().startsWith(".")) {
          erasures.put(
              status.getPath().getName(), status.getLen() + "@" + status.getModificationTime());
        }
      }
    }
  }

  /**
   * Checks the lake.
   *
   * @return what was checked, for programs
   * @throws Exception if a folder cannot be listed, or Flink fails
   */
  public ObjectNode run(StreamExecutionEnvironment environment, Output output) throws Exception {
    Others before = new Others(lake);
    Optional<Instant> settled = settled();
    List<ListedFile> visible = new ArrayList<>();
    List<ListedFile> hidden = new ArrayList<>();
    for (LakeTable<?> table : options.tables()) {
      totals.put(table.name(), new long[3]);
      ListedFile.list(table, lake, visible, hidden);
    }
    visible.removeIf(file -> !options.includes(file.bucket));
    for (int i = 0; i < visible.size(); i++) {
      visible.get(i).number = i;
    }
    List<Observation> observed = read(environment, visible, output);
    Others after = new Others(lake);
    boolean onlyTheJob =
        before.runs.equals(after.runs)
            && after.unfinishedLoads.isEmpty()
            && before.erasures.isEmpty()
            && after.erasures.isEmpty();
    boolean changed = findFaultsOfFiles(visible, observed);
    findFolders(visible, hidden);
    for (LakeTable<?> table : options.tables()) {
      comparePublications(table, visible);
    }
    findUnfinished(before, after);
    TreeMap<Instant, Long> archived =
        archive == null ? new TreeMap<>() : archive.count(environment);
    LedgerCheck ledger =
        compareLedger(visible, observed, settled, archived, onlyTheJob && !changed);
    findings.forEach(output::finding);
    return result(ledger);
  }

  private Optional<Instant> settled() throws IOException {
    Optional<Instant> events = SettledMark.read(LakeTable.CLICK_EVENTS.metadata(lake));
    Optional<Instant> rejected = SettledMark.read(LakeTable.REJECTED_EVENTS.metadata(lake));
    return events.flatMap(one -> rejected.map(other -> one.isBefore(other) ? one : other));
  }

  private static Set<String> names(Path folder) throws IOException {
    Set<String> names = new HashSet<>();
    for (FileStatus status : FolderListing.of(folder)) {
      names.add(status.getPath().getName());
    }
    return names;
  }

  private FileCheck fileCheck() {
    return new FileCheck(EventIdentity.of(settings, columns), columns, options.fast());
  }

  private List<Observation> read(
      StreamExecutionEnvironment environment, List<ListedFile> files, Output output)
      throws Exception {
    List<Observation> observed = new ArrayList<>();
    if (files.isEmpty()) {
      return observed;
    }
    environment.setRuntimeMode(RuntimeExecutionMode.BATCH);
    TypeInformation<Observation> type = TypeInformation.of(Observation.class);
    SingleOutputStreamOperator<Observation> checked =
        environment
            .fromCollection(files, TypeInformation.of(ListedFile.class))
            .name("files")
            .rebalance()
            .transform("check", type, new CheckFiles(fileCheck()));
    DataStream<Observation> all = checked;
    if (settings.get(JobOptions.DEDUP_ENABLED) && !options.fast()) {
      all =
          checked.union(
              checked
                  .getSideOutput(CheckFiles.IDENTITIES)
                  .keyBy(Duplicates::key, Types.LONG)
                  .transform(
                      "duplicates",
                      type,
                      new Duplicates(settings.get(JobOptions.DEDUP_WINDOW).toMillis())));
    }
    ScheduledExecutorService progress = Executors.newSingleThreadScheduledExecutor();
    try (CloseableIterator<Observation> found = all.collectAsync()) {
      JobClient job = environment.executeAsync("check");
      long bytes = files.stream().mapToLong(file -> file.length).sum();
      progress.scheduleWithFixedDelay(
          () -> report(job, files.size(), bytes, output),
          PROGRESS_SECONDS,
          PROGRESS_SECONDS,
          TimeUnit.SECONDS);
      found.forEachRemaining(observed::add);
      job.getJobExecutionResult().get();
    } finally {
      progress.shutdownNow();
    }
    return observed;
  }

  private static void report(JobClient job, long files, long bytes, Output output) {
    job.getAccumulators()
        .thenAccept(
            counts ->
                output.progress(
                    (Long) counts.getOrDefault(CheckFiles.FILES, 0L),
                    files,
                    (Long) counts.getOrDefault(CheckFiles.BYTES, 0L),
                    bytes));
  }

  /**
   * Adds the findings about files that are still the same, and the totals.
   *
   * @return whether a file was removed or replaced since the listing
   */
  private boolean findFaultsOfFiles(List<ListedFile> files, List<Observation> observed)
      throws IOException {
    Set<Integer> gone = new HashSet<>();
    Set<Integer> replaced = new HashSet<>();
    for (LakeTable<?> table : options.tables()) {
      List<ListedFile> visible = new ArrayList<>();
      ListedFile.list(table, lake, visible, new ArrayList<>());
      Map<String, ListedFile> now = new HashMap<>();
      visible.forEach(file -> now.put(file.path, file));
      for (ListedFile file : files) {
        if (file.table() == table) {
          ListedFile same = now.get(file.path);
          if (same == null) {
            gone.add(file.number);
          } else if (same.length != file.length || same.modified != file.modified) {
            replaced.add(file.number);
          }
        }
      }
    }
    for (Observation each : observed) {
      boolean isGone = gone.contains(each.file) || gone.contains(each.otherFile);
      boolean isReplaced = replaced.contains(each.file) || replaced.contains(each.otherFile);
      if (each.kind != null && !isGone && !isReplaced) {
        add(files, each);
      } else if (each.kind == null && each.stream == null) {
        long[] counts = totals.get(files.get(each.file).table);
        counts[0]++;
        counts[1] += files.get(each.file).length;
        counts[2] += each.rows;
      }
    }
    FileCheck again = fileCheck();
    for (int number : replaced) {
      again.check(
          files.get(number),
          each -> {
            if (each.kind != null) {
              add(files, each);
            }
          },
          (high, low, arrival) -> {});
    }
    if (!gone.isEmpty() || !replaced.isEmpty()) {
      notes.add(
          (gone.size() + replaced.size())
              + " objects were removed or replaced during the check: a rewind, an erasure or the"
              + " retention.");
    }
    return !gone.isEmpty() || !replaced.isEmpty();
  }

  private void add(List<ListedFile> files, Observation observed) {
    FindingKind kind = FindingKind.valueOf(observed.kind);
    ListedFile file = files.get(observed.file);
    String problem = observed.problem;
    if (kind == FindingKind.DUPLICATE_EVENT) {
      problem =
          observed.rows
              + (observed.otherFile == observed.file
                  ? " rows repeat another row of the object"
                  : " rows repeat a row of " + files.get(observed.otherFile).path)
              + ", and arrived within dedup.window";
    }
    findings.add(new Finding(kind, file.table, file.path, problem));
  }

  private void findFolders(List<ListedFile> visible, List<ListedFile> hidden) {
    for (ListedFile file : visible) {
      if (file.day().isEmpty()) {
        findings.add(
            new Finding(
                FindingKind.NO_PARTITION,
                file.table,
                file.path,
                "its folder is '" + file.bucket + "'"));
      }
    }
    Instant old = clock.instant().minus(options.uploadAge());
    long ignored = 0;
    for (ListedFile file : hidden) {
      // The local file system keeps an upload in a hidden file beside its target.
      if (!file.name().contains(".inprogress.")) {
        ignored++;
      } else if (Instant.ofEpochMilli(file.modified).isBefore(old)) {
        findings.add(
            new Finding(
                FindingKind.ORPHANED_UPLOAD,
                file.table,
                file.path,
                "not completed since " + Instant.ofEpochMilli(file.modified)));
      }
    }
    if (ignored > 0) {
      notes.add(ignored + " objects in the tables are hidden from queries by their names.");
    }
  }

  private void comparePublications(LakeTable<?> table, List<ListedFile> visible)
      throws IOException, InterruptedException {
    Map<String, Long> lengths = new HashMap<>();
    for (ListedFile file : visible) {
      if (file.table() == table && file.day().isPresent()) {
        lengths.put(file.place(), file.length);
      }
    }
    if (settings.get(JobOptions.SINK_TYPE) != JobOptions.SinkType.ROLLING) {
      notes.add(table + ": there is no log of publications with sink.type CHECKPOINT.");
      return;
    }
    Set<String> erasures = names(new Path(lake, "_erase/runs"));
    PublicationAudit.Result result =
        new PublicationAudit(table.location(lake), table.metadata(lake))
            .compare(
                lengths,
                options::includes,
                published -> mayBeExpired(table, published),
                name ->
                    table == LakeTable.LEDGER
                        && name.startsWith("erased-")
                        && name.endsWith(".parquet")
                        && erasures.contains(
                            name.substring(
                                "erased-".length(), name.length() - ".parquet".length())),
                clock.instant());
    add(FindingKind.MISSING_OBJECT, table, result.missing);
    add(FindingKind.CHANGED_OBJECT, table, result.changed);
    add(FindingKind.FOREIGN_OBJECT, table, result.foreign);
    add(FindingKind.UNREADABLE_OBJECT, table, result.unreadable);
  }

  private void add(FindingKind kind, LakeTable<?> table, Map<String, String> found) {
    found.forEach((path, problem) -> findings.add(new Finding(kind, table.name(), path, problem)));
  }

  /** Lifecycle rules count days from the object's creation, and act within a day. */
  private boolean mayBeExpired(LakeTable<?> table, Instant published) {
    return table.expireDays() != Integer.MAX_VALUE
        && published
            .plus(Duration.ofDays(Math.max(0, table.expireDays() - 1)))
            .isBefore(clock.instant());
  }

  /** A load or an erasure that was unfinished at both ends, and showed no sign of life. */
  private void findUnfinished(Others before, Others after) {
    for (String run : after.unfinishedLoads) {
      if (before.unfinishedLoads.contains(run)) {
        findings.add(
            new Finding(
                FindingKind.UNFINISHED_LOAD,
                null,
                LakeSinks.runs(lake) + "/" + run + ".manifest",
                "it announced files, and has not made all of them visible"));
      }
    }
    after.erasures.forEach(
        (run, beat) -> {
          if (beat.equals(before.erasures.get(run))) {
            findings.add(
                new Finding(
                    FindingKind.UNFINISHED_ERASURE,
                    null,
                    new Path(new Path(lake, "_erase/running"), run).toString(),
                    "it has not ended, and showed no sign of life during this check"));
          }
        });
  }

  private LedgerCheck compareLedger(
      List<ListedFile> files,
      List<Observation> observed,
      Optional<Instant> settled,
      TreeMap<Instant, Long> archived,
      boolean unchanged) {
    LedgerCheck ledger = new LedgerCheck(settings.get(JobOptions.ROLL_INTERVAL));
    if (!options.includes(LakeTable.LEDGER)) {
      return ledger;
    }
    if (settled.isEmpty()) {
      notes.add(
          "The ledger was not compared: there is no settled mark, since no job has run, or it has"
              + " just started.");
      return ledger;
    }
    if (!unchanged) {
      notes.add(
          "The ledger was not compared: a load, an erasure, a rewind or the retention changed the"
              + " tables, or is not finished. Check again.");
      return ledger;
    }
    Set<LakeTable<?>> incomplete = new HashSet<>();
    for (Observation each : observed) {
      if (each.kind != null && isNotRead(FindingKind.valueOf(each.kind))) {
        incomplete.add(files.get(each.file).table());
      }
    }
    if (incomplete.contains(LakeTable.LEDGER)) {
      notes.add("The ledger was not compared: not all of its objects can be read.");
      return ledger;
    }
    observed.stream()
        .filter(each -> each.stream != null)
        .forEach(each -> ledger.add(files.get(each.file), each));
    boolean events = options.includes(LakeTable.CLICK_EVENTS) && !options.fast();
    if (events && !options.allDays()) {
      notes.add(
          "Rows of click_events were not compared with the ledger: those of an arrival hour can be in"
              + " any day, so this needs a check of all days.");
      events = false;
    }
    if (incomplete.contains(LakeTable.CLICK_EVENTS)) {
      notes.add("Rows of click_events were not compared with the ledger: see its objects.");
      events = false;
    }
    boolean rejections = options.includes(LakeTable.REJECTED_EVENTS) && !options.fast();
    if (incomplete.contains(LakeTable.REJECTED_EVENTS)) {
      notes.add("Rows of rejected_events were not compared with the ledger: see its objects.");
      rejections = false;
    }
    ledger.compare(
        settled.get(),
        events,
        rejections ? rejectionsFrom() : Instant.MAX,
        (kind, problem) ->
            findings.add(
                new Finding(
                    kind,
                    LakeTable.LEDGER.name(),
                    LakeTable.LEDGER.location(lake).toString(),
                    problem)));
    ledger.compareArchive(
        archived,
        settled.get(),
        problem ->
            findings.add(
                new Finding(FindingKind.ARCHIVE_EXCESS, null, archive.location(), problem)));
    return ledger;
  }

  private static boolean isNotRead(FindingKind kind) {
    return kind == FindingKind.UNREADABLE_OBJECT
        || kind == FindingKind.DAMAGED_PAGE
        || kind == FindingKind.WRONG_SCHEMA;
  }

  private Instant rejectionsFrom() {
    return clock
        .instant()
        .minus(Duration.ofDays(Math.max(0, LakeTable.REJECTED_EVENTS.expireDays() - 1)));
  }

  private ObjectNode result(LedgerCheck ledger) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    ObjectNode tables = result.putObject("tables");
    totals.forEach(
        (table, counts) ->
            tables
                .putObject(table)
                .put("files", counts[0])
                .put("bytes", counts[1])
                .put("rows", counts[2])
                .put(
                    "findings",
                    findings.stream().filter(finding -> table.equals(finding.table())).count()));
    result.put("findings", findings.size());
    result.put("hoursCompared", ledger.compared());
    result.put("hoursOpen", ledger.open());
    notes.forEach(result.putArray("notes")::add);
    return result;
  }
}
