package io.clickstreamlake.local.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.clickstreamlake.local.LakeException;
import java.io.IOException;
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
import java.util.Set;
import java.util.TreeMap;

/**
 * The settings of the last start of a state folder, which the next start reuses. Otherwise a start
 * without its privacy settings would write data that they remove.
 *
 * @param job settings of the job, by name
 * @param flink settings of Flink, by name
 * @param options values of options of {@code ./lake start}, by name, such as {@code --parallelism}
 * @param files SHA-256 of each file that a setting of the job names, by path
 */
public record RememberedSettings(
    Map<String, String> job,
    Map<String, String> flink,
    Map<String, String> options,
    Map<String, String> files) {

  public static final RememberedSettings NONE =
      new RememberedSettings(Map.of(), Map.of(), Map.of(), Map.of());

  /** Apply to one start only: remembered, they would rewind, or skip records, again later. */
  private static final Set<String> ONCE =
      Set.of("sink.on-older-snapshot", "source.on-lost-position");

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public RememberedSettings {
    job = Map.copyOf(job);
    flink = Map.copyOf(flink);
    options = Map.copyOf(options);
    files = Map.copyOf(files);
  }

  /** The stored settings; empty before the first start. */
  public static RememberedSettings read(StateFolder state) {
    Path file = state.rememberedSettings();
    if (!Files.exists(file)) {
      return NONE;
    }
    try {
      return JSON.readValue(file.toFile(), RememberedSettings.class);
    } catch (IOException e) {
      throw new LakeException(
          file
              + " cannot be read: "
              + e.getMessage()
              + ". It holds the settings of the last start; correct it, or delete it and give all"
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
    Map<String, String> settings = merged(this.job, job);
    settings.keySet().removeAll(unset);
    return new RememberedSettings(
        settings, merged(this.flink, flink), merged(this.options, options), hashes(settings));
  }

  private static Map<String, String> merged(Map<String, String> old, Map<String, String> added) {
    Map<String, String> all = new TreeMap<>(old);
    all.putAll(added);
    return all;
  }

  private static Map<String, String> hashes(Map<String, String> settings) {
    Map<String, String> hashes = new TreeMap<>();
    for (String value : settings.values()) {
      if (value.startsWith("/") && Files.isRegularFile(Path.of(value))) {
        hashes.put(value, sha256(Path.of(value)));
      }
    }
    return hashes;
  }

  private static String sha256(Path file) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new LakeException(file + " cannot be read: " + e.getMessage(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The differences from the last start, one per line; values of secrets are masked. */
  public List<String> changesSince(RememberedSettings last) {
    List<String> changes = new ArrayList<>();
    compare("--set ", last.job, job, changes);
    compare("--flink-set ", last.flink, flink, changes);
    compare("", last.options, options, changes);
    last.files.forEach(
        (file, hash) -> {
          if (files.containsKey(file) && !files.get(file).equals(hash)) {
            changes.add(file + " has changed since the last start");
          }
        });
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

  private static String shown(String name, String value) {
    return name.matches(".*(key|password|token)") ? "******" : value;
  }

  /** Stores them, readable by the owner only, since the key of the action hash may be in them. */
  public void write(StateFolder state) {
    Map<String, String> kept = new TreeMap<>(job);
    kept.keySet().removeAll(ONCE);
    Path file = state.rememberedSettings();
    try {
      Files.createDirectories(file.getParent());
      Path temporary = Files.createTempFile(file.getParent(), "settings", ".tmp");
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-------"));
      JSON.writeValue(temporary.toFile(), new RememberedSettings(kept, flink, options, files));
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new LakeException(file + " cannot be written: " + e.getMessage(), e);
    }
  }
}
