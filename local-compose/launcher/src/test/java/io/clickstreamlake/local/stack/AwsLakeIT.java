package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.storage.Buckets;
import io.clickstreamlake.local.storage.LocalAws;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** A lake that is described like one on AWS; its storage is that of the stack. */
class AwsLakeIT {

  private static final String PROFILES = "aws.sharedCredentialsFile";

  @TempDir private Path folder;

  @AfterEach
  void clearProfiles() {
    System.clearProperty(PROFILES);
  }

  @Test
  void givenTheDescriptionOfALakeWhenABatchRunsThenItFindsTheSettingsAndTheStorage()
      throws Exception {
    URI endpoint = SharedStack.client().endpoint(Service.S3);
    Properties description = new Properties();
    description.putAll(FlinkProcesses.forEvents(SharedStack.client().project()));
    description.put("source.stream", "clicks");
    description.put("source.region", "us-east-1");
    description.put("lake.region", "us-east-1");
    description.put("lake.crawlers", "");
    description.put("lake.archive", "s3://" + Buckets.RAW + "/raw/");
    description.put("lake.flink.s3.endpoint", endpoint.toString());
    description.put("lake.flink.s3.path.style.access", "true");
    description.put("sink.path", "s3://" + Buckets.PROCESSED + "/of-aws");
    StringWriter text = new StringWriter();
    description.store(text, null);
    try (S3Client s3 = LocalAws.s3(endpoint)) {
      s3.putObject(
          put -> put.bucket(Buckets.PROCESSED).key("config/lake.properties"),
          RequestBody.fromString(text.toString()));
    }
    // As of the AWS CLI: Flink does not read it.
    Path profiles = folder.resolve("credentials");
    Files.writeString(
        profiles,
        "[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
            .formatted(LocalAws.ACCESS_KEY, LocalAws.SECRET_KEY));
    System.setProperty(PROFILES, profiles.toString());
    Path events = folder.resolve("events.json");
    Files.writeString(
        events,
        "{\"event_id\":\"a1\",\"event_type\":\"view\",\"event_time\":\"2026-11-20T10:00:00Z\"}\n{oops\n");

    try (BatchLake lake = open("s3://processed/config/lake.properties", endpoint)) {
      JobBatch.Counts loaded =
          new JobBatch(SharedStack.ROOT, lake).load(List.of(events.toUri().toString()), all -> {});
      assertThat(loaded.written()).isEqualTo(1);
      assertThat(loaded.rejected()).isEqualTo(1);
      lake.crawl();
      assertThat(lake.uploadsBefore(Instant.EPOCH)).isEmpty();
      assertThat(lake.log()).isNotEmptyFile();
    }
  }

  @Test
  void givenAWrongUrlWhenItIsOpenedThenTheMessageSaysWhatToCheck() {
    URI endpoint = SharedStack.client().endpoint(Service.S3);
    assertThatThrownBy(() -> open("https://example.org/x", endpoint))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("--aws https://example.org/x is not s3://BUCKET/KEY");
    assertThatThrownBy(() -> open("s3://processed/config/none.properties", endpoint))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("none.properties cannot be read")
        .hasMessageContaining("the policy batch");
  }

  private BatchLake open(String url, URI endpoint) {
    return AwsLake.open(
        SharedStack.ROOT,
        URI.create(url),
        folder.resolve("batch.log"),
        region -> LocalAws.s3(endpoint));
  }
}
