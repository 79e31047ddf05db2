package io.clickstreamlake;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version of this jar. */
final class JobVersion {

  private JobVersion() {}

  /** For example {@code 0.1.0}. */
  static String read() {
    try (InputStream in =
        JobVersion.class.getClassLoader().getResourceAsStream("clickstream-lake.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new IllegalStateException("cannot read clickstream-lake.properties from the jar", e);
    }
  }
}
