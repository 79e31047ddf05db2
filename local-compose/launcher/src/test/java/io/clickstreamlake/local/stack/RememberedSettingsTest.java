package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.LakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RememberedSettingsTest {

  @TempDir private Path folder;
  private StateFolder state;

  @BeforeEach
  void setUp() {
    state = new StateFolder(folder);
  }

  @Test
  void givenSettingsOfAStartWhenTheNextGivesNoneThenItContinuesWithThem() {
    RememberedSettings first =
        RememberedSettings.NONE.with(
            Map.of("privacy.fields", "user_id:hash", "privacy.hash-key", "0123456789abcdef"),
            Map.of(),
            Map.of("--parallelism", "3"),
            Set.of());
    first.write(state);

    RememberedSettings next =
        RememberedSettings.read(state).with(Map.of(), Map.of(), Map.of(), Set.of());

    assertThat(next).isEqualTo(first);
    assertThat(next.changesSince(first)).isEmpty();
    assertThat(next.lines())
        .containsExactly(
            "--set privacy.fields=user_id:hash",
            "--set privacy.hash-key=******",
            "--parallelism 3");
  }

  @Test
  void givenOtherSettingsWhenComparedThenEachDifferenceIsNamedAndSecretsAreMasked() {
    RememberedSettings last =
        RememberedSettings.NONE.with(
            Map.of("quality.rules", "[]", "privacy.hash-key", "old", "late.after", "1 h"),
            Map.of(),
            Map.of(),
            Set.of());

    RememberedSettings now =
        last.with(
            Map.of("late.after", "2 h", "privacy.hash-key", "new"),
            Map.of("a", "b"),
            Map.of(),
            Set.of("quality.rules"));

    assertThat(now.changesSince(last))
        .containsExactly(
            "--set late.after is 2 h; it was 1 h",
            "--set privacy.hash-key is ******; it was ******",
            "--set quality.rules is no longer set; it was []",
            "--flink-set a is b; it was not set");
  }

  @Test
  void givenAMappingFileThatWasEditedWhenComparedThenItIsNamed() throws Exception {
    Path mapping = Files.writeString(folder.resolve("mapping.yaml"), "columns: {}");
    Map<String, String> settings = Map.of("parse.mapping", mapping.toString());
    RememberedSettings last = RememberedSettings.NONE.with(settings, Map.of(), Map.of(), Set.of());
    Files.writeString(mapping, "columns: {user_id: [$.u]}");

    RememberedSettings now = last.with(Map.of(), Map.of(), Map.of(), Set.of());

    assertThat(now.changesSince(last))
        .containsExactly(mapping + " has changed since the last start");
  }

  @Test
  void givenARewindWhenWrittenThenTheNextStartDoesNotRepeatIt() {
    RememberedSettings.NONE
        .with(Map.of("sink.on-older-snapshot", "REWIND"), Map.of(), Map.of(), Set.of())
        .write(state);

    assertThat(RememberedSettings.read(state).job()).isEmpty();
  }

  @Test
  void givenAKeyWhenWrittenThenOnlyTheOwnerMayReadTheFile() throws Exception {
    RememberedSettings.NONE
        .with(Map.of("privacy.hash-key", "0123456789abcdef"), Map.of(), Map.of(), Set.of())
        .write(state);

    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(state.rememberedSettings())))
        .isEqualTo("rw-------");
  }

  @Test
  void givenADamagedFileWhenReadThenTheMessageNamesTheWayOut() throws Exception {
    Files.createDirectories(state.rememberedSettings().getParent());
    Files.writeString(state.rememberedSettings(), "{");

    assertThatThrownBy(() -> RememberedSettings.read(state))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("last-start.json")
        .hasMessageContaining("delete it");
  }
}
