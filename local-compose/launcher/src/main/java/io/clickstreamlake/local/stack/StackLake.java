package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.storage.Buckets;
import io.clickstreamlake.local.storage.LocalAws;
import io.clickstreamlake.local.storage.OldVersions;
import io.clickstreamlake.local.storage.OpenUpload;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The lake of a running stack of processes. */
public final class StackLake implements BatchLake {

  private final ProjectFiles project;
  private final StateFolder state;
  private final StackClient client;

  public StackLake(Path root, StateFolder state, StackClient client) {
    this.project = new ProjectFiles(root);
    this.state = state;
    this.client = client;
  }

  @Override
  public Path settings() {
    return state.jobSettings();
  }

  @Override
  public Path flinkConfiguration() {
    return state.flink().resolve("conf");
  }

  @Override
  public Path log() {
    return state.logs().resolve("batch.log");
  }

  @Override
  public Map<String, String> environment() {
    return Map.of(
        "FLINK_PLUGINS_DIR",
        project.flinkPlugins().toString(),
        "AWS_ACCESS_KEY_ID",
        LocalAws.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY",
        LocalAws.SECRET_KEY);
  }

  @Override
  public Optional<String> archive() {
    return Optional.of("s3://" + Buckets.RAW + "/raw/");
  }

  @Override
  public Optional<String> failedDeliveries() {
    return Optional.of("s3://" + Buckets.RAW + "/raw-errors/");
  }

  @Override
  public void crawl() {
    client.crawl();
  }

  @Override
  public OldVersions.Result deleteOldVersions() {
    return client.deleteOldVersions();
  }

  @Override
  public List<OpenUpload> uploadsBefore(Instant time) {
    return client.uploadsBefore(time);
  }

  @Override
  public void close() {}
}
