package io.clickstreamlake.local.stack;

import java.util.Locale;

/** The services that a person can reach, each at a port of its own on the loopback address. */
public enum Service {
  KINESIS(4567, "Kinesalite"),
  S3(9000, "S3Proxy"),
  CATALOG(9083, "Glue Data Catalog"),
  FLINK(8081, "Flink, with its web UI"),
  TRINO(8080, "Trino, as Athena");

  private final int preferredPort;
  private final String title;

  Service(int preferredPort, String title) {
    this.preferredPort = preferredPort;
    this.title = title;
  }

  public int preferredPort() {
    return preferredPort;
  }

  public String title() {
    return title;
  }

  /** As in the option {@code --kinesis-port} and in the name of its log. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
