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
  void givenASavepointAndACheckpointWhenTheirSettingsAreReadThenTheyAreThoseOfTheirJob()
      throws Exception {
    RememberedSettings settings =
        RememberedSettings.NONE.with(
            Map.of("late.after", "2 h"), Map.of(), Map.of("--parallelism", "3"), Set.of());
    Path job = state.checkpoints().resolve("5e7ed10c8a7c3a9d52aa00bb11cc22dd");
    Path savepoint = Files.createDirectories(state.savepoints().resolve("savepoint-5e7ed1-0c8a"));
    settings.writeBeside(job);
    RememberedSettings.copy(job, savepoint);

    assertThat(RememberedSettings.of(job.resolve("chk-7"))).contains(settings);
    assertThat(RememberedSettings.of(savepoint)).contains(settings);
    assertThat(RememberedSettings.of(savepoint.resolveSibling("savepoint-other"))).isEmpty();
    assertThat(settings.fingerprint())
        .isEqualTo(RememberedSettings.of(savepoint).orElseThrow().fingerprint())
        .isNotEqualTo(RememberedSettings.NONE.fingerprint());
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
