package io.clickstreamlake.local.stack;

import java.util.Locale;

/** The services that a person can reach, each at a port of its own on the loopback address. */
public enum Service {
  KINESIS(4567, "Kinesalite", "kinesis"),
  S3(9000, "S3Proxy", "s3"),
  CATALOG(9083, "Glue Data Catalog", "catalog"),
  FLINK(8081, "Flink, with its web UI", "jobmanager"),
  TRINO(8080, "Trino, as Athena", "trino");

  private final int preferredPort;
  private final String title;
  private final String container;

  Service(int preferredPort, String title, String container) {
    this.preferredPort = preferredPort;
    this.title = title;
    this.container = container;
  }

  /** On this machine if it is free, and always in a container. */
  public int preferredPort() {
    return preferredPort;
  }

  public String title() {
    return title;
  }

  /** Name in compose.yaml of the service that answers. */
  public String container() {
    return container;
  }

  /** As in the option {@code --kinesis-port} and in the name of its log. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
