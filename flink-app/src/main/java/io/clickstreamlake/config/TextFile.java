package io.clickstreamlake.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/** Reader of a file that a setting names: one that ships in the jar, or one on disk or s3://. */
public final class TextFile {

  /** Class path of the mappings that ship in the jar. */
  public static final String MAPPINGS = "mappings/%s.yaml";

  /** Class path of the rules that ship in the jar. */
  public static final String RULES = "rules/%s.yaml";

  /** Class path of the tables of referrers that ship in the jar. */
  public static final String REFERRERS = "referrers/%s.csv";

  /** Class path of the tables of agents that ship in the jar. */
  public static final String AGENTS = "agents/%s.csv";

  private static final String NAME = "[a-z0-9_-]+";

  private static final String OF_MAPPINGS =
      "amplitude, aws, aws-clickstream, cloudevents, default, ga4, ga4-mp, mixpanel, posthog,"
          + " rudderstack, segment, shopify, snowplow, snowplow-enriched";

  private TextFile() {}

  /**
   * Reads the text of the file as UTF-8.
   *
   * @param setting name of the setting, for messages
   * @param location a bare name such as {@code default}, or a path, file:// or s3:// URL
   * @param shipped class path of the files with bare names, with {@code %s} for the name
   * @throws InvalidSettingsException if there is no such file
   */
  public static String read(String setting, String location, String shipped) {
    if (location.matches(NAME)) {
      return resource(
          setting,
          location,
          shipped,
          "; to name a file, write its path with a slash or an extension");
    }
    try {
      Path path = new Path(location);
      try (FSDataInputStream in = path.getFileSystem().open(path)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidSettingsException(
          List.of(
              setting
                  + ": '"
                  + location
                  + "' cannot be read; name a file by its path, file:// or s3:// ("
                  + e.getMessage()
                  + ")"));
    }
  }

  /**
   * Reads a text that ships in the jar.
   *
   * @throws InvalidSettingsException if there is none with this name
   */
  public static String shipped(String setting, String name, String shipped) {
    if (!name.matches(NAME)) {
      throw absent(setting, name, shipped, "");
    }
    return resource(setting, name, shipped, "");
  }

  private static String resource(String setting, String name, String shipped, String hint) {
    String path = String.format(shipped, name);
    try (InputStream in = TextFile.class.getClassLoader().getResourceAsStream(path)) {
      if (in == null) {
        throw absent(setting, name, shipped, hint);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + path + " from the jar", e);
    }
  }

  private static InvalidSettingsException absent(
      String setting, String name, String shipped, String hint) {
    return new InvalidSettingsException(
        List.of(
            setting
                + ": there is no '"
                + name
                + "' in the jar"
                + (shipped.equals(MAPPINGS) ? ", which has " + OF_MAPPINGS : "")
                + hint));
  }
}
