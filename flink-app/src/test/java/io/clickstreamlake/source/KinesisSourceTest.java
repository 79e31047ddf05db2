package io.clickstreamlake.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.JobSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.apache.flink.streaming.connectors.kinesis.config.ConsumerConfigConstants.EFORegistrationType;
import org.apache.flink.streaming.connectors.kinesis.internals.publisher.fanout.FanOutRecordPublisherConfiguration;
import org.apache.flink.streaming.connectors.kinesis.util.KinesisConfigUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KinesisSourceTest {

  /** Ends the default credentials chain here, so that no metadata service is queried. */
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
  void givenSettingsWhenTheConnectorIsConfiguredThenItGetsThemAsItsProperties() {
    Properties properties =
        KinesisSource.properties(
            settings(
                Map.of(
                    "source.endpoint", "http://127.0.0.1:4567",
                    "source.initial-position", "AT_TIMESTAMP",
                    "source.initial-timestamp", "2026-11-20T10:15:30.250Z",
                    "source.poll-interval", "200 ms",
                    "source.records-per-read", "500",
                    "source.discovery-interval", "7 s",
                    "source.retries", "44",
                    "source.backoff.base", "150 ms",
                    "source.backoff.max", "3 s")));

    assertThat(properties)
        .containsEntry("aws.region", "eu-central-1")
        .containsEntry("aws.endpoint", "http://127.0.0.1:4567")
        .containsEntry("aws.credentials.provider", "AUTO")
        .containsEntry("flink.stream.initpos", "AT_TIMESTAMP")
        .containsEntry("flink.stream.initpos.timestamp", "1.79516973025E9")
        .containsEntry("flink.shard.getrecords.intervalmillis", "200")
        .containsEntry("flink.shard.getrecords.maxrecordcount", "500")
        .containsEntry("flink.shard.discovery.intervalmillis", "7000")
        .containsEntry("flink.stream.recordpublisher", "POLLING")
        .doesNotContainKey("flink.stream.efo.consumername");
    for (String call :
        List.of(
            "flink.shard.getrecords",
            "flink.shard.getiterator",
            "flink.list.shards",
            "flink.shard.subscribetoshard")) {
      assertThat(properties)
          .containsEntry(call + ".maxretries", "44")
          .containsEntry(call + ".backoff.base", "150")
          .containsEntry(call + ".backoff.max", "3000");
    }
  }

  @Test
  void givenEnhancedFanOutWhenTheConnectorIsConfiguredThenItUsesTheConsumerName() {
    Properties properties =
        KinesisSource.properties(
            settings(Map.of("source.reader", "EFO", "source.efo-consumer", "lake")));

    assertThat(properties)
        .containsEntry("flink.stream.recordpublisher", "EFO")
        .containsEntry("flink.stream.efo.consumername", "lake");
  }

  @Test
  void givenEnhancedFanOutWhenTheConnectorReadsItsPropertiesThenTheyAreValid() {
    Properties properties =
        KinesisSource.properties(
            settings(
                Map.of(
                    "source.reader", "EFO",
                    "source.efo-consumer", "lake",
                    "source.retries", "44",
                    "source.backoff.base", "150 ms",
                    "source.backoff.max", "3 s")));

    KinesisConfigUtil.validateConsumerConfiguration(properties, List.of("clicks"));
    FanOutRecordPublisherConfiguration connector =
        new FanOutRecordPublisherConfiguration(properties, List.of("clicks"));

    assertThat(connector.getConsumerName()).contains("lake");
    assertThat(connector.getSubscribeToShardMaxRetries()).isEqualTo(44);
    assertThat(connector.getSubscribeToShardBaseBackoffMillis()).isEqualTo(150);
    assertThat(connector.getSubscribeToShardMaxBackoffMillis()).isEqualTo(3000);
    // Once at job set-up, not once per subtask.
    assertThat(connector.getEfoRegistrationType()).isEqualTo(EFORegistrationType.EAGER);
  }

  @Test
  void givenNoSettingsWhenKinesisThrottlesForTenMinutesThenTheRetriesLastLonger() {
    Properties properties = KinesisSource.properties(settings(Map.of()));
    int retries = Integer.parseInt(properties.getProperty("flink.shard.getrecords.maxretries"));
    long base = Long.parseLong(properties.getProperty("flink.shard.getrecords.backoff.base"));
    long max = Long.parseLong(properties.getProperty("flink.shard.getrecords.backoff.max"));
    Random random = new Random(5);

    for (int run = 0; run < 100; run++) {
      double waited = 0;
      for (int attempt = 0; attempt < retries; attempt++) {
        // Full jitter, as in the connector.
        waited += random.nextDouble() * Math.min(max, base * Math.pow(1.5, attempt));
      }
      assertThat(waited).isGreaterThan(Duration.ofMinutes(60).toMillis());
    }
  }

  @Test
  void givenInvalidSourceSettingsWhenReadThenAllAreReportedTogether() {
    assertThatThrownBy(
            () ->
                settings(
                    Map.of(
                        "source.reader", "EFO",
                        "source.records-per-read", "10001",
                        "source.backoff.base", "20 s",
                        "source.retries", "-1",
                        "source.poll-interval", "5 min",
                        "source.discovery-interval", "0 s")))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("source.efo-consumer: is not set, and source.reader EFO needs it")
        .hasMessageContaining("source.records-per-read: 10001 is not between 1 and 10000")
        .hasMessageContaining("source.backoff.max: 10000 ms is less than source.backoff.base")
        .hasMessageContaining("source.retries: -1 is less than 0")
        .hasMessageContaining("source.poll-interval: 300000 ms is not less than 5 min")
        .hasMessageContaining(
            "source.discovery-interval: 0 ms is not a duration of 1 ms or longer");
  }

  @Test
  void givenNoServiceWhenTheStreamIsCheckedThenTheMessageNamesWhatToCheck() {
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
