package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.archive.ArchiveSettings;
import io.clickstreamlake.local.stack.LocalStackSettings;
import io.clickstreamlake.local.stack.RememberedSettings;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.stack.SettingsTransition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of a command that starts a stack. */
final class StackOptions {

  /** Options that a later start must repeat, besides those of the job and of Flink. */
  private static final List<String> REMEMBERED =
      List.of(
          "--stream",
          "--parallelism",
          "--checkpoint-interval",
          "--crawl-interval",
          "--archive-interval",
          "--archive-size");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Mixin private StateOption state;

  @Option(
      names = "--mapping",
      paramLabel = "NAME|FILE",
      description =
          "Form of the events: a mapping in the jar, such as default, segment or ga4"
              + " (docs/trackers.md), or a JSON or YAML file (docs/mapping.md). Same as --set"
              + " parse.mapping=…")
  private String mapping;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of the job, such as --set roll.interval=1h: the local stack closes files after 10"
              + " s, so that rows are visible soon, and not after the job's default of 1 h. Repeatable;"
              + " docs/settings.md lists all settings")
  private final Map<String, String> jobSettings = new LinkedHashMap<>();

  @Option(
      names = "--flink-set",
      paramLabel = "KEY=VALUE",
      description = "A setting of Flink's config.yaml. Repeatable")
  private final Map<String, String> flinkSettings = new LinkedHashMap<>();

  @Option(
      names = "--stream",
      paramLabel = "NAME",
      defaultValue = LocalStackSettings.DEFAULT_STREAM,
      description = "Kinesis stream, created if it does not exist. Default: ${DEFAULT-VALUE}")
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
      defaultValue = "" + LocalStackSettings.DEFAULT_PARALLELISM,
      description = "Parallelism of the job. Default: ${DEFAULT-VALUE}")
  private int parallelism;

  @Option(
      names = "--checkpoint-interval",
      paramLabel = "SECONDS",
      defaultValue = "5",
      description = "Seconds between checkpoints. Default: ${DEFAULT-VALUE}")
  private int checkpointSeconds;

  @Option(
      names = "--crawl-interval",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Seconds between crawls. Default: ${DEFAULT-VALUE}")
  private int crawlSeconds;

  @Option(
      names = "--archive-interval",
      paramLabel = "SECONDS",
      description =
          "Age of the first record at which the raw archive writes an object. Default: 60; 5 in a"
              + " demo")
  private Integer archiveSeconds;

  @Option(
      names = "--archive-size",
      paramLabel = "MIB",
      defaultValue = "" + ArchiveSettings.DEFAULT_BUFFER_MIB,
      description =
          "Size at which the raw archive writes an object, before compression. Default:"
              + " ${DEFAULT-VALUE}")
  private int archiveMib;

  /** The port options, one per service with a port. */
  private final Map<Service, OptionSpec> portOptions = new EnumMap<>(Service.class);

  /** Adds the option {@code --NAME-port} of each service to a command that has these options. */
  static void addPortOptions(CommandLine command) {
    for (CommandSpec mixin : command.getCommandSpec().mixins().values()) {
      if (mixin.userObject() instanceof StackOptions options) {
        for (Service service : Service.withPort()) {
          OptionSpec option =
              OptionSpec.builder(portOption(service))
                  .paramLabel("PORT")
                  .type(Integer.class)
                  .description("Exactly this port. Default, if free: " + service.defaultPort())
                  .build();
          command.getCommandSpec().addOption(option);
          options.portOptions.put(service, option);
        }
      }
    }
  }

  private static String portOption(Service service) {
    return "--" + service.portName() + "-port";
  }

  StateOption state() {
    return state;
  }

  /**
   * The settings of this start on top of those of the last one.
   *
   * @param unset job settings of the last start that no longer apply
   */
  RememberedSettings addTo(RememberedSettings last, Set<String> unset) {
    return addTo(last, unset, Map.of());
  }

  /**
   * As {@link #addTo(RememberedSettings, Set)}.
   *
   * @param defaults job settings of other options, which {@code --set} overrides
   */
  RememberedSettings addTo(
      RememberedSettings last, Set<String> unset, Map<String, String> defaults) {
    Map<String, String> job = new TreeMap<>(defaults);
    job.putAll(jobSettings);
    // A later start may have another working directory.
    job.replaceAll((name, value) -> isFile(value) ? absolute(value) : value);
    if (mapping != null) {
      job.putIfAbsent("parse.mapping", mappingLocation(mapping));
    }
    Set<String> unknown = new TreeSet<>(unset);
    unknown.removeAll(last.job().keySet());
    if (!unknown.isEmpty()) {
      throw new LakeException(
          "--unset "
              + String.join(", ", unknown)
              + ": the last start had no such setting. It had: "
              + (last.job().isEmpty()
                  ? "none"
                  : String.join(", ", new TreeSet<>(last.job().keySet())))
              + ".");
    }
    return last.with(job, flinkSettings, givenOptions(), unset);
  }

  private Map<String, String> givenOptions() {
    Map<String, String> given = new TreeMap<>();
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (REMEMBERED.contains(option.longestName())) {
        given.put(option.longestName(), option.getValue().toString());
      }
    }
    return given;
  }

  private static boolean isFile(String value) {
    return !value.matches("[a-z0-9_-]+") && Files.isRegularFile(Path.of(value));
  }

  private static String absolute(String file) {
    return Path.of(file).toAbsolutePath().toString();
  }

  /** The settings of the job that this command gives, by name. */
  Map<String, String> givenJobSettings() {
    return Map.copyOf(jobSettings);
  }

  /** Continues with the settings of {@link #addTo}. */
  void use(RememberedSettings settings) {
    mapping = null;
    jobSettings.clear();
    jobSettings.putAll(settings.job());
    flinkSettings.clear();
    flinkSettings.putAll(settings.flink());
    settings
        .options()
        .forEach(
            (name, value) -> {
              OptionSpec option = spec.findOption(name);
              boolean isText = option.type() == String.class;
              option.setValue(isText ? value : (Object) Integer.valueOf(value));
            });
  }

  /**
   * @param fromSnapshot snapshot that the job starts from; null for the newest
   * @param withoutState whether it starts without one
   */
  LocalStackSettings settings(
      String fromSnapshot, boolean withoutState, SettingsTransition transition) {
    LocalStackSettings.Builder builder = builder(ArchiveSettings.DEFAULT_BUFFER_INTERVAL);
    if (fromSnapshot != null) {
      builder.fromSnapshot(fromSnapshot);
    }
    if (withoutState) {
      builder.withoutState();
    }
    return builder.transition(transition).build();
  }

  /**
   * The settings of a start on an empty state folder.
   *
   * @param archiveInterval default of --archive-interval
   */
  LocalStackSettings settings(Duration archiveInterval) {
    return builder(archiveInterval)
        .transition(SettingsTransition.toFirst(addTo(RememberedSettings.NONE, Set.of())))
        .build();
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
      builder.jobSetting("parse.mapping", mappingLocation(mapping));
    }
    jobSettings.forEach(builder::jobSetting);
    flinkSettings.forEach(builder::flinkSetting);
    portOptions.forEach(
        (service, option) -> requirePort(builder, service, option.<Integer>getValue()));
    return builder;
  }

  /** The absolute path of a mapping file, since the job has another working directory. */
  static String mappingLocation(String mapping) {
    Path file = Path.of(mapping);
    if (Files.isRegularFile(file)) {
      return file.toAbsolutePath().toString();
    }
    if (mapping.matches("[a-z0-9_-]+") || mapping.contains("://")) {
      return mapping;
    }
    throw new LakeException(
        "The mapping file "
            + file.toAbsolutePath()
            + " does not exist. Give the path of a file, or the name of a mapping in the jar, such as"
            + " default, segment or ga4 (docs/trackers.md).");
  }

  private static void requirePort(
      LocalStackSettings.Builder builder, Service service, Integer port) {
    if (port != null) {
      if (port < 1 || port > 65535) {
        throw new LakeException(
            portOption(service) + " must be from 1 to 65535, but is " + port + ".");
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
