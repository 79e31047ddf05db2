package io.clickstreamlake.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.config.JobSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KinesisSourceTest {

  /** So that the default chain ends here, and asks no metadata service. */
  @BeforeEach
  void setCredentials() {
    System.setProperty("aws.accessKeyId", "test");
    System.setProperty("aws.secretKey", "test");
  }

  @AfterEach
  void clearCredentials() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretKey");
  }

  @Test
  void givenSettingsWhenTheConnectorIsSetUpThenItGetsThemInItsOwnTerms() {
    Properties properties =
        KinesisSource.properties(
            settings(
                Map.of(
                    "source.endpoint", "http://127.0.0.1:4567",
                    "source.initial-position", "AT_TIMESTAMP",
                    "source.initial-timestamp", "2026-11-20T10:15:30.250Z",
                    "source.poll-interval", "200 ms",
                    "source.idle-timeout", "2 min")));

    assertThat(properties)
        .containsEntry("aws.region", "eu-central-1")
        .containsEntry("aws.endpoint", "http://127.0.0.1:4567")
        .containsEntry("aws.credentials.provider", "AUTO")
        .containsEntry("flink.stream.initpos", "AT_TIMESTAMP")
        .containsEntry("flink.stream.initpos.timestamp", "1.79516973025E9")
        .containsEntry("flink.shard.getrecords.intervalmillis", "200")
        .containsEntry("flink.shard.idle.interval", "120000");
  }

  @Test
  void givenNoServiceWhenTheStreamIsCheckedThenTheMessageSaysWhatToLookAt() {
    assertThatThrownBy(
            () ->
                KinesisSource.checkStream(
                    settings(Map.of("source.endpoint", "http://127.0.0.1:1"))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("The Kinesis stream 'clicks' in eu-central-1 at http://127.0.0.1:1")
        .hasMessageContaining(
            "Check source.region, source.endpoint, the network and the permission");
  }

  private static JobSettings settings(Map<String, String> overrides) {
    Map<String, String> settings = new HashMap<>(overrides);
    settings.put("source.stream", "clicks");
    settings.put("source.region", "eu-central-1");
    settings.put("sink.path", "s3://processed");
    return JobSettings.of(settings);
  }
}
