package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTransitionTest {

  private static final String HASHED = "user_id:hash,order_id:hash";

  @TempDir private Path folder;
  private StateFolder state;
  private final RememberedSettings last = settings(Map.of("privacy.fields", HASHED), "{}");

  @BeforeEach
  void setUp() {
    state = new StateFolder(folder);
  }

  @Test
  void givenLessProtectedFieldsWhenNotAcceptedThenTheMessageNamesThemAndTheWaysOut()
      throws Exception {
    assertThatThrownBy(() -> weakened(Map.of(), false).requireAccepted())
        .isInstanceOf(LakeException.class)
        .hasMessage(
            "Less personal data would be protected than at the last start:\n"
                + "  order_id of privacy.fields: hash at the last start, now redacted\n"
                + "  user_id of privacy.fields: hash at the last start, now keep\n"
                + "Nothing was started. To protect it as before, repeat the start without the option"
                + " or the edit that changed this. If it is intended, add --accept-changes.");
    assertThatCode(() -> weakened(Map.of(), true).requireAccepted()).doesNotThrowAnyException();
  }

  @Test
  void givenAFieldThatTheCommandNamesWhenLessProtectedThenOnlyOthersMustBeAccepted()
      throws Exception {
    assertThatThrownBy(
            () -> weakened(Map.of("privacy.fields", "user_id:keep"), false).requireAccepted())
        .hasMessageContaining("order_id of privacy.fields")
        .hasMessageNotContaining("user_id of privacy.fields");
    assertThatCode(
            () ->
                weakened(Map.of("privacy.fields", "user_id:keep,order_id:drop"), false)
                    .requireAccepted())
        .doesNotThrowAnyException();
  }

  @Test
  void givenAnEditedMappingWhenReportedThenItsLinesAreShown() throws Exception {
    String file =
        "{\"files\": {\"parse.mapping\": {\"location\": \"/m.yaml\", \"text\": \"%s\"}}%s}";
    Map<String, String> job = Map.of("parse.mapping", "/m.yaml");
    RememberedSettings before = settings(job, file.formatted("columns:\\n  a: [$.a]\\n", ""));
    RememberedSettings now =
        settings(
            job,
            file.formatted(
                "columns:\\n  a: [$.b]\\n",
                ", \"changes\": [{\"name\": \"parse.mapping\", \"effect\": \"ROWS\"},"
                    + " {\"name\": \"source.endpoint\", \"effect\": \"OPERATION\"}]"));

    assertThat(new SettingsTransition(before, now, Map.of(), false).report())
        .containsExactly(
            "Different from the last start:",
            "  parse.mapping: /m.yaml has changed:",
            "    @@ -1,2 +1,2 @@",
            "     columns:",
            "    -  a: [$.a]",
            "    +  a: [$.b]");
  }

  @Test
  void givenTheSameSettingsWhenReportedThenTheyAreListed() throws Exception {
    assertThat(new SettingsTransition(last, last, Map.of(), false).report())
        .containsExactly("With the settings of the last start: --set privacy.fields=" + HASHED);
    assertThat(SettingsTransition.toFirst(last).report()).isEmpty();
  }

  @Test
  void givenAJobThatDoesNotRunWhenUndoneThenTheSettingsOfTheLastStartRemain() throws Exception {
    last.write(state);
    SettingsTransition transition = weakened(Map.of(), true);

    transition.store(state);
    assertThat(RememberedSettings.read(state)).isEqualTo(transition.now());
    transition.undo(state);

    assertThat(RememberedSettings.read(state)).isEqualTo(last);
    SettingsTransition.toFirst(last).undo(state);
    assertThat(RememberedSettings.read(state)).isEqualTo(RememberedSettings.NONE);
  }

  @Test
  void givenARecordOfTheLastStartWhenPreparedThenTheCheckFindsItAndItsResultIsRead()
      throws Exception {
    RememberedSettings before = settings(Map.of(), "{\"version\": \"1\"}");
    SettingsTransition transition =
        new SettingsTransition(before, settings(Map.of(), "null"), Map.of(), false);

    transition.prepare(state);
    Files.writeString(state.startRecord(), "{\"version\": \"2\"}");

    assertThat(Files.readString(state.lastRecord())).isEqualTo("{\"version\":\"1\"}");
    assertThat(transition.checked(state).now().effective().path("version").asText()).isEqualTo("2");
    SettingsTransition.toFirst(before).prepare(state);
    assertThat(state.lastRecord()).doesNotExist();
  }

  private SettingsTransition weakened(Map<String, String> given, boolean accepted) {
    RememberedSettings now =
        settings(
            Map.of("privacy.fields", "user_id:keep"),
            "{\"changes\": [{\"name\": \"privacy.fields\", \"effect\": \"PRIVACY\", \"weakens\": ["
                + "{\"what\": \"order_id\", \"before\": \"hash\", \"after\": \"redacted\"},"
                + "{\"what\": \"user_id\", \"before\": \"hash\", \"after\": \"keep\"}]}]}");
    return new SettingsTransition(last, now, given, accepted);
  }

  private static RememberedSettings settings(Map<String, String> job, String effective) {
    try {
      return RememberedSettings.NONE
          .with(job, Map.of(), Map.of(), Set.of())
          .checked(new ObjectMapper().readTree(effective));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
