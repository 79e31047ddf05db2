package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.archive.ArchiveSettings;
import io.clickstreamlake.local.stack.LocalStackSettings;
import io.clickstreamlake.local.stack.Service;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a person can choose when a stack starts. */
final class StackOptions {

  @Mixin private StateOption state;

  @Option(
      names = "--mapping",
      paramLabel = "NAME|FILE",
      description =
          "How events are laid out: default, segment, ga4, or a JSON or YAML file of paths. Same as"
              + " --set parse.mapping=…")
  private String mapping;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of the job, such as --set roll.interval=1min. May be given several times; the"
              + " README lists them all")
  private final Map<String, String> jobSettings = new LinkedHashMap<>();

  @Option(
      names = "--flink-set",
      paramLabel = "KEY=VALUE",
      description = "A setting of Flink's config.yaml. May be given several times")
  private final Map<String, String> flinkSettings = new LinkedHashMap<>();

  @Option(
      names = "--stream",
      paramLabel = "NAME",
      defaultValue = LocalStackSettings.DEFAULT_STREAM,
      description = "Kinesis stream, created if it is not there. Default: ${DEFAULT-VALUE}")
  private String stream;

  @Option(
      names = "--shards",
      paramLabel = "N",
      defaultValue = "2",
      description = "Shards of the stream when it is created. Default: ${DEFAULT-VALUE}")
  private int shards;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      defaultValue = "2",
      description = "Parallelism of the job. Default: ${DEFAULT-VALUE}")
  private int parallelism;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "Seconds between two checkpoints. Default: ${DEFAULT-VALUE}")
  private int checkpointSeconds;

  @Option(
      names = "--crawl-interval",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Seconds between two crawls. Default: ${DEFAULT-VALUE}")
  private int crawlSeconds;

  @Option(
      names = "--archive-interval",
      paramLabel = "SECONDS",
      description =
          "The raw archive writes an object when its first record is so old. Default: 60; in a demo"
              + " 5")
  private Integer archiveSeconds;

  @Option(
      names = "--archive-size",
      paramLabel = "MIB",
      defaultValue = "" + ArchiveSettings.DEFAULT_BUFFER_MIB,
      description = "Or when it is so large, before compression. Default: ${DEFAULT-VALUE}")
  private int archiveMib;

  @Option(names = "--kinesis-port", paramLabel = "PORT", description = PORT + "4567")
  private Integer kinesisPort;

  @Option(names = "--s3-port", paramLabel = "PORT", description = PORT + "9000")
  private Integer s3Port;

  @Option(names = "--catalog-port", paramLabel = "PORT", description = PORT + "9083")
  private Integer catalogPort;

  @Option(names = "--flink-port", paramLabel = "PORT", description = PORT + "8081")
  private Integer flinkPort;

  @Option(names = "--trino-port", paramLabel = "PORT", description = PORT + "8080")
  private Integer trinoPort;

  private static final String PORT = "Exactly this port. Default, if free: ";

  StateOption state() {
    return state;
  }

  /**
   * @param fromSnapshot what the job starts from; null for the newest
   */
  LocalStackSettings settings(String fromSnapshot) {
    LocalStackSettings.Builder builder = builder(ArchiveSettings.DEFAULT_BUFFER_INTERVAL);
    if (fromSnapshot != null) {
      builder.fromSnapshot(fromSnapshot);
    }
    return builder.build();
  }

  /**
   * @param archiveInterval unless a person gave another
   */
  LocalStackSettings settings(Duration archiveInterval) {
    return builder(archiveInterval).build();
  }

  private LocalStackSettings.Builder builder(Duration archiveInterval) {
    requirePositive("--archive-size", archiveMib);
    if (archiveSeconds != null) {
      requirePositive("--archive-interval", archiveSeconds);
    }
    requirePositive("--shards", shards);
    requirePositive("--parallelism", parallelism);
    requirePositive("--checkpoint-interval", checkpointSeconds);
    requirePositive("--crawl-interval", crawlSeconds);
    LocalStackSettings.Builder builder =
        LocalStackSettings.in(state.root(), state.folder()).stream(stream)
            .shards(shards)
            .parallelism(parallelism)
            .checkpointInterval(Duration.ofSeconds(checkpointSeconds))
            .crawlInterval(Duration.ofSeconds(crawlSeconds))
            .archiveBytes(archiveMib * 1024L * 1024)
            .archiveInterval(
                archiveSeconds == null ? archiveInterval : Duration.ofSeconds(archiveSeconds));
    if (mapping != null) {
      builder.jobSetting("parse.mapping", mappingAddress());
    }
    jobSettings.forEach(builder::jobSetting);
    flinkSettings.forEach(builder::flinkSetting);
    demand(builder, Service.KINESIS, kinesisPort);
    demand(builder, Service.S3, s3Port);
    demand(builder, Service.CATALOG, catalogPort);
    demand(builder, Service.FLINK, flinkPort);
    demand(builder, Service.TRINO, trinoPort);
    return builder;
  }

  /** A file is told to the job, which runs elsewhere, by its whole path. */
  private String mappingAddress() {
    Path file = Path.of(mapping);
    if (Files.isRegularFile(file)) {
      return file.toAbsolutePath().toString();
    }
    if (mapping.matches("[a-z0-9]+") || mapping.contains("://")) {
      return mapping;
    }
    throw new LakeException(
        "The mapping file "
            + file.toAbsolutePath()
            + " is not there. Give the path of a file, or"
            + " one of: default, segment, ga4.");
  }

  private static void demand(LocalStackSettings.Builder builder, Service service, Integer port) {
    if (port != null) {
      if (port < 1 || port > 65535) {
        throw new LakeException(
            "--" + service.key() + "-port must be from 1 to 65535, but is " + port + ".");
      }
      builder.port(service, port);
    }
  }

  private static void requirePositive(String option, int value) {
    if (value < 1) {
      throw new LakeException(option + " must be at least 1, but is " + value + ".");
    }
  }
}
