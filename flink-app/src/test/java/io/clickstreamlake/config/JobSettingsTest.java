package io.clickstreamlake.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobSettingsTest {

  @TempDir Path folder;

  @Test
  void givenOnlyRequiredSettingsWhenReadThenTheOthersHaveTheirDefaults() {
    JobSettings settings = JobSettings.of(required());

    assertThat(settings.get(JobOptions.ROLL_INTERVAL)).hasHours(1);
    assertThat(settings.get(JobOptions.ENRICH_CHAIN))
        .containsExactly("page", "campaign", "referrer", "user_agent", "geo", "money");
    assertThat(settings.get(JobOptions.PRIVACY_FIELDS)).containsEntry("ip_address", "drop");
  }

  @Test
  void givenManyErrorsWhenReadThenAllAreReportedTogetherByName() {
    Map<String, String> texts = new HashMap<>();
    texts.put("source.streem", "clicks");
    texts.put("sink.path", "processed");
    texts.put("sink.type", "fast");
    texts.put("roll.interval", "soon");
    texts.put("parse.max-depth", "deep");
    texts.put("colour", "blue");

    assertThatThrownBy(() -> JobSettings.of(texts))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("The settings have 8 problems:")
        .hasMessageContaining("sink.path: 'processed' has no scheme")
        .hasMessageContaining(
            "source.streem: there is no such setting; did you mean source.stream?")
        .hasMessageContaining("colour: there is no such setting; docs/settings.md lists all")
        .hasMessageContaining("sink.type: 'fast' is not one of ROLLING, CHECKPOINT")
        .hasMessageContaining("roll.interval: 'soon' cannot be read")
        .hasMessageContaining("parse.max-depth: 'deep' cannot be read")
        .hasMessageContaining("source.stream: is not set. Name of the Kinesis data stream.")
        .hasMessageContaining("source.region: is not set.");
  }

  @Test
  void givenValuesOutOfRangeWhenReadThenEachIsNamedWithItsBounds() {
    Map<String, String> texts = required();
    texts.put("sink.path", "processed");
    texts.put("roll.interval", "2 d");
    texts.put("parse.max-depth", "0");
    texts.put("parse.max-events", "0");
    texts.put("parse.max-text-length", "15");
    texts.put("parse.max-id-length", "70");
    texts.put("parse.max-number-length", "1001");
    texts.put("time.max-age", "0 s");
    texts.put("dedup.window", "999 micros");
    texts.put("parse.max-uncompressed", "2 gb");
    texts.put("parse.max-items", "0");
    texts.put("time.min", "last year");
    texts.put("source.initial-position", "AT_TIMESTAMP");

    assertThatThrownBy(() -> JobSettings.of(texts))
        .hasMessageContaining("sink.path: 'processed' has no scheme; write s3://BUCKET")
        .hasMessageContaining("roll.interval: 172800000 ms is not between 1 s and 1 day")
        .hasMessageContaining("parse.max-depth: 0 is less than 1")
        .hasMessageContaining("parse.max-events: 0 is less than 1")
        .hasMessageContaining("parse.max-text-length: 15 is less than 16")
        .hasMessageContaining("parse.max-id-length: 70 is less than 71")
        .hasMessageContaining("parse.max-number-length: 1001 is more than 1000")
        .hasMessageContaining("time.max-age: 0 ms is not a duration of 1 ms or longer")
        .hasMessageContaining("dedup.window: 0 ms is not a duration of 1 ms or longer")
        .hasMessageContaining("parse.max-uncompressed: 2 gb is more than 1 gb")
        .hasMessageContaining("parse.max-items: 0 is less than 1")
        .hasMessageContaining("time.min: 'last year' is not a time")
        .hasMessageContaining("source.initial-timestamp: is not set");
  }

  @Test
  void givenInvalidDedupFieldsWhenReadThenEachIsNamed() {
    Map<String, String> texts = required();
    texts.put("dedup.fields", "event_type;user;items;price");
    texts.put("dedup.window", "366 d");
    texts.put("dedup.max-lag", "0 s");

    assertThatThrownBy(() -> JobSettings.of(texts))
        .hasMessageContaining("dedup.fields: event_type;user;items;price lacks event_id")
        .hasMessageContaining("dedup.fields: there is no column 'user'")
        .hasMessageContaining("dedup.fields: the column 'items' holds neither text nor times")
        .hasMessageContaining("dedup.fields: the column 'price' holds neither text nor times")
        .hasMessageContaining("dedup.window: 31622400000 ms is longer than 365 days")
        .hasMessageContaining("dedup.max-lag: 0 ms is not a duration of 1 ms or longer");
    texts.put("dedup.fields", "event_id;user_id;arrival_time");
    texts.put("dedup.window", "365 d");
    texts.put("dedup.max-lag", "1 s");
    assertThat(JobSettings.of(texts).get(JobOptions.DEDUP_FIELDS))
        .containsExactly("event_id", "user_id", "arrival_time");
  }

  @Test
  void givenAFileOfPropertyGroupsWhenLoadedThenItIsRead() throws Exception {
    Path file = folder.resolve("job.json");
    Files.writeString(
        file,
        "[{\"PropertyGroupId\":\"clickstream-lake\",\"PropertyMap\":{\"source.stream\":\"clicks\","
            + "\"source.region\":\"eu-central-1\",\"sink.path\":\"s3://processed\"}}]");

    JobSettings settings = load("--config", file.toString());

    assertThat(settings.get(JobOptions.SOURCE_STREAM)).isEqualTo("clicks");
  }

  @Test
  void givenSettingsInNumberedGroupsWhenReadThenTheGroupsAreMerged() throws Exception {
    Path file = folder.resolve("groups.json");
    Files.writeString(
        file,
        "[{\"PropertyGroupId\":\"clickstream-lake\",\"PropertyMap\":{\"source.stream\":\"clicks\"}},"
            + "{\"PropertyGroupId\":\"clickstream-lake-2\",\"PropertyMap\":{\"source.region\":"
            + "\"eu-central-1\",\"sink.path\":\"s3://processed\"}},"
            + "{\"PropertyGroupId\":\"clickstream-lake.files\",\"PropertyMap\":{\"parse.mapping\":"
            + "\"a version, not a setting\"}}]");

    JobSettings settings = load("--config", file.toString());

    assertThat(settings.get(JobOptions.SINK_PATH)).isEqualTo("s3://processed");
    assertThat(settings.describe()).doesNotContainKey("parse.mapping");
  }

  @Test
  void givenASettingInTwoGroupsWhenReadThenTheMessageNamesIt() throws Exception {
    Path file = folder.resolve("twice.json");
    Files.writeString(
        file,
        "[{\"PropertyGroupId\":\"clickstream-lake\",\"PropertyMap\":{\"job.name\":\"a\"}},"
            + "{\"PropertyGroupId\":\"clickstream-lake-2\",\"PropertyMap\":{\"job.name\":\"b\"}}]");

    assertThatThrownBy(() -> load("--config", file.toString()))
        .hasMessageContaining("job.name: is set in two property groups");
  }

  @Test
  void givenAHashKeyAndASecretWhenReadThenTheSettingsAreRefused() {
    Map<String, String> texts = required();
    texts.put("privacy.hash-key", "correct horse battery staple");
    texts.put("privacy.hash-key-secret", "clickstream/hash-key");

    assertThatThrownBy(() -> JobSettings.of(texts))
        .hasMessageContaining("privacy.hash-key-secret: is set together with privacy.hash-key");
  }

  @Test
  void givenAnInvalidFileWhenLoadedThenTheMessageSaysWhatIsWrong() throws Exception {
    Path other = folder.resolve("other.json");
    Files.writeString(other, "[{\"PropertyGroupId\":\"mine\",\"PropertyMap\":{}}]");
    Path broken = folder.resolve("broken.json");
    Files.writeString(broken, "[{");

    assertThatThrownBy(() -> load(new String[] {"--config", "/no/such/file"}))
        .hasMessageContaining("--config /no/such/file: there is no such file");
    assertThatThrownBy(() -> load(new String[] {"--config", other.toString()}))
        .hasMessageContaining("there is no property group clickstream-lake, only mine");
    assertThatThrownBy(() -> load(new String[] {"--config", broken.toString()}))
        .hasMessageContaining("is not a JSON list of property groups");
    assertThatThrownBy(() -> load(new String[] {"--help"}))
        .hasMessageContaining("usage: [--config FILE]");
  }

  @Test
  void givenAHashKeyWhenTheSettingsAreDescribedThenItIsMasked() {
    Map<String, String> texts = required();
    texts.put("privacy.hash-key", "correct horse battery staple");

    assertThat(JobSettings.of(texts).describe().toString())
        .doesNotContain("horse")
        .contains("privacy.hash-key=******");
  }

  private static Map<String, String> required() {
    return new HashMap<>(
        Map.of(
            "source.stream", "clicks",
            "source.region", "eu-central-1",
            "sink.path", "s3://processed"));
  }

  private static JobSettings load(String... args) throws IOException {
    return JobSettings.of(JobSettings.texts(args));
  }
}
