package io.clickstreamlake.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.NullNode;
import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The settings of the last start of a state folder, which the next start reuses. Otherwise a start
 * without its privacy settings would write data that they remove.
 *
 * @param job settings of the job, by name
 * @param flink settings of Flink, by name
 * @param options values of options of {@code ./lake start}, by name, such as {@code --parallelism}
 * @param effective the record of the job's own check: all values with defaults, and the texts of
 *     mapping and rules; JSON null before the check
 */
public record RememberedSettings(
    Map<String, String> job,
    Map<String, String> flink,
    Map<String, String> options,
    JsonNode effective) {

  public static final RememberedSettings NONE =
      new RememberedSettings(Map.of(), Map.of(), Map.of(), NullNode.getInstance());

  /** Name of the file beside a snapshot that holds the settings of its job. */
  private static final String BESIDE_SNAPSHOT = "start-settings.json";

  /** Apply to one start only: remembered, they would rewind, or skip records, again later. */
  public static final Set<String> ONCE =
      Set.of("sink.on-older-snapshot", "source.on-lost-position");

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public RememberedSettings {
    job = Map.copyOf(job);
    flink = Map.copyOf(flink);
    options = Map.copyOf(options);
    effective = effective == null ? NullNode.getInstance() : effective;
  }

  /** The settings of the last start; {@link #NONE} before the first one. */
  public static RememberedSettings read(StateFolder state) {
    return Files.exists(state.rememberedSettings()) ? read(state.rememberedSettings()) : NONE;
  }

  /**
   * The settings of the job that wrote a snapshot: in the folder of a savepoint, or in the folder
   * of the job that contains a checkpoint. Empty if the job was not started by {@code lake}.
   */
  public static Optional<RememberedSettings> of(Path snapshot) {
    return Stream.of(snapshot, snapshot.toAbsolutePath().getParent())
        .map(folder -> folder.resolve(BESIDE_SNAPSHOT))
        .filter(Files::exists)
        .findFirst()
        .map(RememberedSettings::read);
  }

  private static RememberedSettings read(Path file) {
    try {
      return JSON.readValue(file.toFile(), RememberedSettings.class);
    } catch (IOException e) {
      throw new LakeException(
          file
              + " cannot be read: "
              + e.getMessage()
              + ". It holds the settings of an earlier start; correct it, or delete it and give all"
              + " settings again.",
          e);
    }
  }

  /**
   * These settings, overridden by those of a new start.
   *
   * @param unset names of job settings that no longer apply
   */
  public RememberedSettings with(
      Map<String, String> job,
      Map<String, String> flink,
      Map<String, String> options,
      Set<String> unset) {
    Map<String, String> kept = new TreeMap<>(this.job);
    kept.keySet().removeAll(unset);
    Map<String, String> settings = merged(kept, job);
    return new RememberedSettings(
        settings, merged(this.flink, flink), merged(this.options, options), NullNode.getInstance());
  }

  /** These settings with the record of the job's check. */
  RememberedSettings checked(JsonNode record) {
    return new RememberedSettings(job, flink, options, record);
  }

  private static Map<String, String> merged(Map<String, String> old, Map<String, String> added) {
    Map<String, String> all = new TreeMap<>(old);
    all.putAll(added);
    return all;
  }

  /** The differences between what was given, one per line; values of secrets are masked. */
  public List<String> changesSince(RememberedSettings last) {
    List<String> changes = new ArrayList<>();
    compare("--set ", last.job, job, changes);
    compare("--flink-set ", last.flink, flink, changes);
    compare("", last.options, options, changes);
    return changes;
  }

  private static void compare(
      String prefix, Map<String, String> last, Map<String, String> now, List<String> changes) {
    for (String name : merged(last, now).keySet()) {
      String before = last.get(name);
      String after = now.get(name);
      if (after == null) {
        changes.add(prefix + name + " is no longer set; it was " + shown(name, before));
      } else if (!after.equals(before)) {
        changes.add(
            prefix
                + name
                + " is "
                + shown(name, after)
                + (before == null ? "; it was not set" : "; it was " + shown(name, before)));
      }
    }
  }

  /** The settings, one per line; values of secrets are masked. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    new TreeMap<>(job)
        .forEach((name, value) -> lines.add("--set " + name + "=" + shown(name, value)));
    new TreeMap<>(flink)
        .forEach((name, value) -> lines.add("--flink-set " + name + "=" + shown(name, value)));
    new TreeMap<>(options).forEach((name, value) -> lines.add(name + " " + value));
    return lines;
  }

  /** The value of a setting as it may be printed. */
  public static String shown(String name, String value) {
    return name.matches(".*(key|password|token)") ? "******" : value;
  }

  /** A short text that is equal for equal settings, mappings and rules. */
  public String fingerprint() {
    String text = lines() + "\n" + effective.path("settings") + effective.path("files");
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Stores them as those of the last start. */
  public void write(StateFolder state) {
    write(state.rememberedSettings());
  }

  /** Stores them for all checkpoints of a job, unless they are unknown. */
  void writeBeside(Path checkpointsOfJob) {
    if (!equals(NONE)) {
      write(checkpointsOfJob.resolve(BESIDE_SNAPSHOT));
    }
  }

  /** Copies the settings of a job to its savepoint, if they are known. */
  static void copy(Path checkpointsOfJob, Path savepoint) {
    of(checkpointsOfJob).ifPresent(settings -> settings.writeBeside(savepoint));
  }

  /** Readable by the owner only, since the key of the action hash may be in the file. */
  private void write(Path file) {
    Map<String, String> kept = new TreeMap<>(job);
    kept.keySet().removeAll(ONCE);
    try {
      Files.createDirectories(file.getParent());
      Path temporary = Files.createTempFile(file.getParent(), "settings", ".tmp");
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-------"));
      JSON.writeValue(temporary.toFile(), new RememberedSettings(kept, flink, options, effective));
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new LakeException(file + " cannot be written: " + e.getMessage(), e);
    }
  }
}
