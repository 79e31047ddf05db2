package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.crawler.CrawlReport;
import io.clickstreamlake.local.crawler.PartitionCrawler;
import io.clickstreamlake.local.crawler.PartitionCrawler.GonePartitions;
import io.clickstreamlake.local.flink.FlinkRest;
import io.clickstreamlake.local.query.QueryResult;
import io.clickstreamlake.local.query.SqlScript;
import io.clickstreamlake.local.query.SqlSession;
import io.clickstreamlake.local.query.SqlSyntaxException;
import io.clickstreamlake.local.storage.Buckets;
import io.clickstreamlake.local.storage.LocalAws;
import io.clickstreamlake.local.storage.OldVersions;
import io.clickstreamlake.local.storage.OpenUpload;
import io.clickstreamlake.local.stream.EventSender;
import io.clickstreamlake.local.stream.KinesisStream;
import io.clickstreamlake.local.tables.CatalogTables;
import io.clickstreamlake.local.tables.JobTables;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The client of a running stack, whether its services are processes or containers: sends events,
 * crawls, queries, and inspects the job.
 */
public final class StackClient implements AutoCloseable {

  private final ProjectFiles project;
  private final GlueClient glue;
  private final S3Client s3;
  private final PartitionCrawler crawler;
  private final SqlSession sql;
  private volatile StackEndpoints endpoints;

  public StackClient(ProjectFiles project, StackEndpoints endpoints) {
    this.project = project;
    this.endpoints = endpoints;
    this.glue = LocalAws.glue(endpoints.endpoint(Service.CATALOG));
    this.s3 = LocalAws.s3(endpoints.endpoint(Service.S3));
    this.crawler = new PartitionCrawler(glue, s3);
    this.sql =
        new SqlSession(
            endpoints.endpoint(Service.TRINO), glue, crawler, LocalStackSettings.DATABASE);
  }

  /** Cancels the queries of this object and closes its connections; the stack keeps running. */
  @Override
  public void close() {
    sql.close();
    glue.close();
    s3.close();
  }

  // ---------------------------------------------------------------- stream, buckets, tables

  /** Creates the stream that the job reads, if it does not exist. */
  public void createStream(int shards) {
    try (KinesisStream stream = stream()) {
      stream.createIfMissing(shards);
    }
  }

  /** Creates the buckets that do not exist. */
  public void createBuckets() {
    Buckets.createMissing(s3);
  }

  /** Creates the tables that do not exist, and adds the columns that tables lack. */
  public void createTables(JobTables tables) {
    runFiles(project.ddlFiles());
    new CatalogTables(glue, LocalStackSettings.DATABASE).follow(tables);
  }

  /** Names of the columns that the table of the events has in the catalog. */
  List<String> eventColumns() {
    List<String> columns;
    try {
      columns = new CatalogTables(glue, LocalStackSettings.DATABASE).columnNames(JobTables.EVENTS);
    } catch (SdkClientException e) {
      throw new LakeException(
          "The catalog at "
              + endpoints.endpoint(Service.CATALOG)
              + " does not answer, and the job must know the columns of its table: "
              + e.getMessage(),
          e);
    }
    if (columns.isEmpty()) {
      throw new LakeException(
          "The catalog has no table "
              + JobTables.EVENTS
              + ". Create it with ./lake up, or ./lake catalog rebuild.");
    }
    return columns;
  }

  /** Creates the views, or replaces them. */
  public void createViews() {
    runFiles(project.viewFiles());
  }

  /**
   * Creates the tables and views of the checkout again, and adds the partitions that are in S3.
   * Other tables are not changed.
   *
   * @param tables columns that the job writes; if they are unknown, those that the catalog has
   *     stay, and the next start adds the others
   * @return the crawl; its added partitions are all partitions
   */
  public CrawlReport rebuildCatalog(Optional<JobTables> tables) {
    Set<String> own = new HashSet<>();
    Stream.of(project.ddlFiles(), project.viewFiles())
        .flatMap(List::stream)
        .forEach(file -> own.add(file.getFileName().toString().replaceFirst("\\.sql$", "")));
    try {
      List<String> existing =
          glue.getDatabasesPaginator(r -> {}).stream()
              .flatMap(page -> page.databaseList().stream())
              .filter(database -> database.name().equals(LocalStackSettings.DATABASE))
              .flatMap(
                  database ->
                      glue
                          .getTablesPaginator(r -> r.databaseName(LocalStackSettings.DATABASE))
                          .stream())
              .flatMap(page -> page.tableList().stream())
              .map(Table::name)
              .filter(own::contains)
              .toList();
      CatalogTables catalog = new CatalogTables(glue, LocalStackSettings.DATABASE);
      JobTables before = catalog.columns(existing);
      // Before anything is deleted.
      tables.ifPresent(catalog::requireCompatible);
      existing.forEach(
          name -> glue.deleteTable(r -> r.databaseName(LocalStackSettings.DATABASE).name(name)));
      createTables(before);
      tables.ifPresent(catalog::follow);
      CrawlReport report = crawl();
      createViews();
      return report;
    } catch (SdkClientException e) {
      throw new LakeException(
          "The catalog at "
              + endpoints.endpoint(Service.CATALOG)
              + ", or S3, does not answer: "
              + e.getMessage()
              + ". Check the services with ./lake status, and repeat the command.",
          e);
    }
  }

  private void runFiles(List<Path> files) {
    for (Path file : files) {
      for (SqlScript.Statement statement : script(file).statements()) {
        try {
          sql.execute(statement);
        } catch (SqlSyntaxException | LakeException e) {
          throw new LakeException(
              project.root().relativize(file)
                  + (e instanceof SqlSyntaxException ? ", " : ": ")
                  + e.getMessage(),
              e);
        }
      }
    }
  }

  /** The statements of a file, with the placeholders replaced by the values of this machine. */
  public SqlScript script(Path file) {
    try {
      return SqlScript.parse(Files.readString(file), placeholders());
    } catch (SqlSyntaxException e) {
      throw new LakeException(project.root().relativize(file) + ", " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new LakeException("The file " + file + " does not exist.", e);
    } catch (IOException e) {
      throw new LakeException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The values of the placeholders in SQL files on this machine. */
  public static Map<String, String> placeholders() {
    return Map.of(
        "database", LocalStackSettings.DATABASE,
        "raw_bucket", Buckets.RAW,
        "processed_bucket", Buckets.PROCESSED,
        "athena_results_bucket", Buckets.ATHENA_RESULTS);
  }

  /** Deletes the old versions of the objects from which rows were erased. */
  public OldVersions.Result deleteOldVersions() {
    return new OldVersions(s3, URI.create("s3://" + Buckets.PROCESSED)).delete();
  }

  // ---------------------------------------------------------------- events, SQL, job

  /** Sends every line that is not blank; returns the number of acknowledged events. */
  public long sendLines(Path file) {
    try (KinesisStream stream = stream();
        InputStream in = Files.newInputStream(file)) {
      EventSender sender = EventSender.to(stream, sent -> {});
      sender.sendLines(in, file.toString());
      return sender.sentEvents();
    } catch (IOException e) {
      throw new LakeException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Sends events, one per line, without line breaks.
   *
   * @param progress receives the number of acknowledged events after each batch
   * @return the number of acknowledged events
   */
  public long sendEvents(Iterable<byte[]> events, LongConsumer progress) {
    try (KinesisStream stream = stream()) {
      EventSender sender = EventSender.to(stream, progress);
      sender.sendAll(events);
      return sender.sentEvents();
    }
  }

  /** The stream that the job reads. */
  public KinesisStream stream() {
    return stream(endpoints.stream());
  }

  public KinesisStream stream(String name) {
    return KinesisStream.at(endpoints.endpoint(Service.KINESIS), name);
  }

  /** Adds the partitions that are new in S3 to all tables. */
  public CrawlReport crawl() {
    return crawl(GonePartitions.KEEP);
  }

  public CrawlReport crawl(GonePartitions gone) {
    return crawler.crawlDatabase(LocalStackSettings.DATABASE, gone);
  }

  /** Runs one statement of SQL as Athena does. */
  public QueryResult query(String statement) {
    return sql.execute(statement);
  }

  /**
   * Counts the events by outcome; {@link Accounting} documents the source of each number.
   *
   * @param sent total of the events that {@link #sendEvents} and the like returned
   */
  public Accounting accounting(long sent) {
    return Accounting.query(this, sent);
  }

  /** The uploads to the tables that were begun before this time, and are not completed. */
  public List<OpenUpload> uploadsBefore(Instant time) {
    return OpenUpload.before(s3, Buckets.PROCESSED, time);
  }

  /** Number of lines in the raw archive that can be queried: records, duplicates included. */
  public long archivedRecords() {
    return query("SELECT count(*) FROM raw_events").singleLong();
  }

  public SqlSession sql() {
    return sql;
  }

  public FlinkRest flink() {
    return new FlinkRest(endpoints.endpoint(Service.JOBMANAGER));
  }

  /** The job, if there is one and Flink answers. In containers its id changes at every start. */
  public Optional<FlinkRest.Job> job() {
    return endpoints
        .jobId()
        .or(() -> flink().activeJobs().stream().findFirst())
        .map(id -> flink().job(id));
  }

  /** How long rows take to become visible; empty if no job runs that shows its settings. */
  public Optional<RowDelay> rowDelay() {
    return job().flatMap(job -> RowDelay.of(flink(), job.id(), endpoints.crawlInterval()));
  }

  public URI flinkUi() {
    return endpoints.endpoint(Service.JOBMANAGER);
  }

  public URI endpoint(Service service) {
    return endpoints.endpoint(service);
  }

  public ProjectFiles project() {
    return project;
  }

  public String streamName() {
    return endpoints.stream();
  }

  StackEndpoints endpoints() {
    return endpoints;
  }

  void jobSubmitted(String id) {
    endpoints = endpoints.withJob(id);
  }
}
