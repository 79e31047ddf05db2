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
import io.clickstreamlake.local.stream.EventSender;
import io.clickstreamlake.local.stream.KinesisStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.s3.S3Client;

/** What can be done with a stack, wherever its parts run: as processes, or in containers. */
public class RunningStack implements AutoCloseable {

  private final ProjectFiles project;
  private final GlueClient glue;
  private final S3Client s3;
  private final PartitionCrawler crawler;
  private final SqlSession sql;
  private volatile StackAddress address;

  public RunningStack(ProjectFiles project, StackAddress address) {
    this.project = project;
    this.address = address;
    this.glue = LocalAws.glue(address.endpoint(Service.CATALOG));
    this.s3 = LocalAws.s3(address.endpoint(Service.S3));
    this.crawler = new PartitionCrawler(glue, s3);
    this.sql =
        new SqlSession(address.endpoint(Service.TRINO), glue, crawler, LocalStackSettings.DATABASE);
  }

  /** Frees what this object holds; the stack goes on. */
  @Override
  public void close() {
    glue.close();
    s3.close();
  }

  // ---------------------------------------------------------------- what every stack has

  /** Creates the stream that the job reads, if it is not there. */
  public void createStream(int shards) {
    try (KinesisStream stream = stream()) {
      stream.createIfMissing(shards);
    }
  }

  /** Creates the buckets that are not there. */
  public void createBuckets() {
    Buckets.createMissing(s3);
  }

  /** Creates the tables that are not there. */
  public void createTables() {
    runFiles(project.ddlFiles());
  }

  /** Creates the views, or replaces them. */
  public void createViews() {
    runFiles(project.viewFiles());
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

  /** The statements of a file, its placeholders filled in for this machine. */
  public SqlScript script(Path file) {
    try {
      return SqlScript.parse(Files.readString(file), placeholders());
    } catch (SqlSyntaxException e) {
      throw new LakeException(project.root().relativize(file) + ", " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new LakeException("The file " + file + " is not there.", e);
    } catch (IOException e) {
      throw new LakeException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** What the placeholders of SQL files stand for on this machine. */
  public static Map<String, String> placeholders() {
    return Map.of(
        "database", LocalStackSettings.DATABASE,
        "raw_bucket", Buckets.RAW,
        "processed_bucket", Buckets.PROCESSED,
        "athena_results_bucket", Buckets.ATHENA_RESULTS);
  }

  // ---------------------------------------------------------------- events, SQL, job

  /** Sends every line that is not blank; returns the number of events that were acknowledged. */
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
   * Sends events, each a line without a line break.
   *
   * @param progress told the number of acknowledged events after each batch
   * @return the number of events that were acknowledged
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
    return stream(address.stream());
  }

  public KinesisStream stream(String name) {
    return KinesisStream.at(address.endpoint(Service.KINESIS), name);
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
   * Counts what became of the events; see {@link Accounting} for where each number comes from.
   *
   * @param sent what {@link #sendEvents} and the like returned, in all
   */
  public Accounting accounting(long sent) {
    return Accounting.ask(this, sent);
  }

  /** Lines of the raw archive that can be queried: records, and those that are there twice. */
  public long archivedRecords() {
    return query("SELECT count(*) FROM raw_events").singleLong();
  }

  public SqlSession sql() {
    return sql;
  }

  public FlinkRest flink() {
    return new FlinkRest(address.endpoint(Service.FLINK));
  }

  /** The job, if there is one and Flink answers. In containers it has another id at every start. */
  public Optional<FlinkRest.Job> job() {
    return address
        .jobId()
        .or(() -> flink().activeJobs().stream().findFirst())
        .map(id -> flink().job(id));
  }

  public URI flinkUi() {
    return address.endpoint(Service.FLINK);
  }

  public URI endpoint(Service service) {
    return address.endpoint(service);
  }

  public ProjectFiles project() {
    return project;
  }

  public String streamName() {
    return address.stream();
  }

  final StackAddress address() {
    return address;
  }

  final void jobIs(String id) {
    address = address.withJob(id);
  }
}
