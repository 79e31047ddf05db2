package io.clickstreamlake.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/** A file that a setting names: one that ships in the jar, or one on disk or s3://. */
public final class TextFile {

  private TextFile() {}

  /**
   * Its text, read as UTF-8.
   *
   * @param setting name of the setting, for messages
   * @param address a bare name such as {@code default}, or a path, file:// or s3:// address
   * @param shipped place of the bare names on the class path, with {@code %s} for the name
   * @throws InvalidSettingsException if there is no such file
   */
  public static String read(String setting, String address, String shipped) {
    if (address.matches("[a-z0-9_-]+")) {
      return resource(setting, address, String.format(shipped, address));
    }
    try {
      Path path = new Path(address);
      try (FSDataInputStream in = path.getFileSystem().open(path)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidSettingsException(
          List.of(
              setting
                  + ": '"
                  + address
                  + "' cannot be read; name a file by its path, file:// or s3:// ("
                  + e.getMessage()
                  + ")"));
    }
  }

  private static String resource(String setting, String name, String place) {
    try (InputStream in = TextFile.class.getClassLoader().getResourceAsStream(place)) {
      if (in == null) {
        throw new InvalidSettingsException(
            List.of(
                setting
                    + ": there is no '"
                    + name
                    + "' in the jar; to name a file, write its path with a slash or an extension"));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + place + " from the jar", e);
    }
  }
}
