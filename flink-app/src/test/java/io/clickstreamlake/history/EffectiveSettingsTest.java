package io.clickstreamlake.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.SettingEffect;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.tables.LakeTable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EffectiveSettingsTest {

  private static final String KEY = "0123456789abcdef";

  @TempDir Path folder;

  @Test
  void givenTheSameSettingsInOtherWordsWhenComparedThenNothingHasChanged() {
    EffectiveSettings before =
        start(Map.of("late.after", "1 h", "privacy.fields", "user_id:drop,order_id:drop"), null);

    EffectiveSettings after =
        start(
            Map.of("late.after", "60 min", "privacy.fields", "order_id:drop,user_id:drop"), before);

    assertThat(after.changesSince(before)).isEmpty();
    assertThat(start(Map.of(), null).changesSince(start(Map.of("late.after", "3600 s"), null)))
        .as("a default that is written out")
        .isEmpty();
  }

  @Test
  void givenASettingOfEachEffectWhenChangedThenEachDifferenceIsNamed() {
    EffectiveSettings before = start(Map.of("late.after", "1 h", "quality.rules", "[]"), null);

    EffectiveSettings after =
        start(
            Map.of(
                "late.after", "2 h",
                "roll.interval", "30 min",
                "source.retries", "7",
                "privacy.redact-patterns", "email;ip;phone;user_agent;[0-9]{9}"),
            before);

    assertThat(after.changesSince(before))
        .extracting(
            change -> change.name,
            change -> change.effect,
            change -> change.before,
            change -> change.after)
        .containsExactly(
            tuple("late.after", SettingEffect.ROWS, "1 h", "2 h"),
            tuple(
                "privacy.redact-patterns",
                SettingEffect.PRIVACY,
                "email;ip;phone;user_agent",
                "email;ip;phone;user_agent;[0-9]{9}"),
            tuple("quality.rules", SettingEffect.ROWS, "[]", null),
            tuple("roll.interval", SettingEffect.FILES, "1 h", "30 min"),
            tuple("source.retries", SettingEffect.OPERATION, "1000", "7"));
  }

  @Test
  void givenAFileWithAnotherTextWhenComparedThenItsChangeAltersRows() throws Exception {
    Path mapping = folder.resolve("mapping.yaml");
    Files.writeString(
        mapping, "columns: {event_id: [$.id], event_type: [$.t], event_time: [$.at]}");
    Map<String, String> texts = Map.of("parse.mapping", mapping.toString());
    EffectiveSettings before = start(texts, null);
    Path moved = folder.resolve("moved.yaml");
    Files.copy(mapping, moved);
    EffectiveSettings elsewhere = start(Map.of("parse.mapping", moved.toString()), before);
    Files.writeString(mapping, "columns: {event_id: [$.i], event_type: [$.t], event_time: [$.at]}");
    EffectiveSettings edited = start(texts, before);

    assertThat(edited.changesSince(before))
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.name).isEqualTo("parse.mapping");
              assertThat(change.effect).isEqualTo(SettingEffect.ROWS);
              assertThat(change.before).startsWith(mapping + " (sha256 ");
              assertThat(change.after)
                  .startsWith(mapping + " (sha256 ")
                  .isNotEqualTo(change.before);
            });
    assertThat(elsewhere.changesSince(before))
        .extracting(change -> change.effect)
        .as("the same text in another place")
        .containsExactly(SettingEffect.OPERATION);
  }

  @Test
  void givenAKeyWhenRecordedThenOnlyItsFingerprintIsStoredAndAnotherKeyIsAChange()
      throws Exception {
    Map<String, String> texts = Map.of("privacy.fields", "user_id:hash", "privacy.hash-key", KEY);
    EffectiveSettings first = start(texts, null);
    byte[] stored = SettingsRecord.of(first, Optional.empty(), Clock.systemUTC()).toBytes();
    EffectiveSettings read = SettingsRecord.fromBytes(stored).effective();

    assertThat(new String(stored, StandardCharsets.UTF_8))
        .doesNotContain(KEY)
        .contains("pbkdf2-sha256:");
    assertThat(start(texts, read).changesSince(read)).isEmpty();
    assertThat(
            start(
                    Map.of(
                        "privacy.fields", "user_id:hash", "privacy.hash-key", "another-key-of-16"),
                    read)
                .changesSince(read))
        .singleElement()
        .satisfies(
            change -> {
              assertThat(change.name).isEqualTo("privacy.hash-key");
              assertThat(change.toString()).doesNotContain("pbkdf2").contains("(secret)");
              assertThat(change.effect).isEqualTo(SettingEffect.PRIVACY);
              assertThat(change.weakens).isEmpty();
            });
    assertThat(SecretFingerprint.of(KEY, null))
        .as("the salt differs, so that equal keys of two environments are not seen")
        .isNotEqualTo(SecretFingerprint.of(KEY, null));
  }

  @Test
  void givenARecordOfAVersionWithoutASettingWhenComparedThenItsDefaultAltersNothing()
      throws Exception {
    String stored =
        new String(
            SettingsRecord.of(start(Map.of(), null), Optional.empty(), Clock.systemUTC()).toBytes(),
            StandardCharsets.UTF_8);
    String older = stored.replaceFirst("\"late.after\" *: *\"1 h\",", "");
    assertThat(older).isNotEqualTo(stored);
    EffectiveSettings before =
        SettingsRecord.fromBytes(older.getBytes(StandardCharsets.UTF_8)).effective();

    assertThat(start(Map.of(), before).changesSince(before))
        .extracting(change -> change.name, change -> change.effect)
        .containsExactly(tuple("late.after", SettingEffect.OPERATION));
    assertThat(start(Map.of("late.after", "2 h"), before).changesSince(before))
        .extracting(change -> change.name, change -> change.effect)
        .containsExactly(tuple("late.after", SettingEffect.ROWS));
  }

  @Test
  void givenARecordWhenReadAgainThenNothingIsLost() throws Exception {
    EffectiveSettings before = start(Map.of("privacy.fields", "user_id:drop"), null);
    EffectiveSettings after = start(Map.of("late.after", "2 h"), before);
    SettingsRecord record = SettingsRecord.of(after, Optional.of(before), Clock.systemUTC());

    SettingsRecord read = SettingsRecord.fromBytes(record.toBytes());

    assertThat(read.toBytes()).isEqualTo(record.toBytes());
    assertThat(read.effective().changesSince(after)).isEmpty();
    assertThat(read.effective().toJson().path("settings").size())
        .as("settings with a value, defaults included")
        .isEqualTo(
            (int) JobOptions.all().stream().filter(option -> option.defaultValue() != null).count()
                + 3);
  }

  @Test
  void givenAContractWithAnotherColumnOrRedactionWhenComparedThenItIsNamed() {
    EffectiveSettings before = contract("{'name': 'a', 'type': 'string', 'redact': 'text'}");

    assertThat(contract("{'name': 'a', 'type': 'string', 'redact': 'none'}").changesSince(before))
        .extracting(SettingChange::toString)
        .containsExactly(
            "{\"name\":\"contract.t.a\",\"effect\":\"PRIVACY\",\"before\":\"string, redact"
                + " text\",\"after\":\"string, redact none\",\"weakens\":[{\"what\":\"t.a\","
                + "\"before\":\"redact text\",\"after\":\"redact none\"}]}");
    assertThat(
            contract(
                    "{'name': 'a', 'type': 'string', 'redact': 'text', 'doc': 'x'},"
                        + "{'name': 'b', 'type': ['null', 'long']}")
                .changesSince(before))
        .extracting(change -> change.name, change -> change.effect, change -> change.after)
        .containsExactly(tuple("contract.t.b", SettingEffect.ROWS, "null or long"));
  }

  private static EffectiveSettings contract(String columns) {
    String schema = "{'type': 'record', 'name': 't', 'fields': [" + columns + "]}";
    return EffectiveSettings.of(
        settings(Map.of()),
        "1.0",
        2,
        Map.of("t", new Schema.Parser().parse(schema.replace('\'', '"'))),
        Optional.empty());
  }

  private static EffectiveSettings start(Map<String, String> texts, EffectiveSettings previous) {
    return EffectiveSettings.of(
        settings(texts),
        "1.0",
        2,
        LakeTable.schemas(EventColumns.CONTRACT),
        Optional.ofNullable(previous));
  }

  private static JobSettings settings(Map<String, String> texts) {
    Map<String, String> all =
        new HashMap<>(
            Map.of("source.stream", "clicks", "source.region", "us-east-1", "sink.path", "/lake"));
    all.putAll(texts);
    return JobSettings.of(all);
  }
}
