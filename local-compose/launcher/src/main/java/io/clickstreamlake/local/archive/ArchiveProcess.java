package io.clickstreamlake.local.archive;

import io.clickstreamlake.local.process.Heartbeat;
import io.clickstreamlake.local.storage.LocalAws;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * The process of the raw archive, the stand-in for Firehose. On SIGTERM it stores its buffered
 * records; after a kill it reads them again at its next start.
 */
public final class ArchiveProcess {

  /** Slightly less than the time after which the process is killed. */
  private static final Duration END_TIMEOUT = Duration.ofSeconds(8);

  private ArchiveProcess() {}

  /**
   * @param args endpoint of Kinesis, stream, endpoint of S3, bucket, folder of position and
   *     heartbeat, name of the delivery stream, buffer in bytes and in seconds, seconds of retries
   */
  public static void main(String[] args) {
    if (args.length != 9) {
      System.err.println(
          "usage: ArchiveProcess KINESIS_ENDPOINT STREAM S3_ENDPOINT BUCKET FOLDER DELIVERY_STREAM"
              + " BUFFER_BYTES BUFFER_SECONDS RETRY_SECONDS");
      System.exit(2);
    }
    Path folder = Path.of(args[4]);
    Heartbeat heartbeat = Heartbeat.in(folder);
    RawArchive archive =
        new RawArchive(
            new KinesisSource(LocalAws.kinesis(URI.create(args[0])), args[1]),
            new S3ObjectStore(LocalAws.s3(URI.create(args[2])), args[3]),
            new ArchiveSettings(
                args[5],
                Long.parseLong(args[6]),
                Duration.ofSeconds(Long.parseLong(args[7])),
                Duration.ofSeconds(Long.parseLong(args[8]))),
            folder.resolve("position.json"),
            Clock.systemUTC(),
            heartbeat::beat);
    Thread main = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(archive, main), "end"));
    archive.run();
  }

  private static void end(RawArchive archive, Thread main) {
    archive.stop();
    try {
      main.join(END_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
