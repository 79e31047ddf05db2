package io.clickstreamlake.local.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvFileTest {

  @TempDir private Path folder;

  @BeforeEach
  void writeCompose() throws IOException {
    Files.writeString(
        folder.resolve("compose.yaml"),
        "a: ${PORT:-80}\nb: ${NAME:-two words}\nc: ${JOB:-}\nd: \"$${PORT} $$((2 * X))\"\n");
  }

  private EnvFile read(String text) throws IOException {
    Files.writeString(folder.resolve(".env"), text);
    return EnvFile.in(folder);
  }

  @Test
  void givenNoFileWhenReadThenAllVariablesHaveTheirDefaults() {
    EnvFile file = EnvFile.in(folder);

    assertThat(file.defaults())
        .containsOnly(entry("PORT", "80"), entry("NAME", "two words"), entry("JOB", ""));
    assertThat(file.value("NAME")).isEqualTo("two words");
    assertThat(file.changed()).isEmpty();
  }

  @Test
  void givenAFileOfAUserWhenAVariableIsSetThenTheRestStaysAsItIs() throws IOException {
    EnvFile file =
        read("# mine\nNAME=other words\n\nOTHER=$x\\y\nJOB='\na=1\nb=2\n'\nPORT=81\n# end\n");

    assertThat(file.value("JOB")).isEqualTo("\na=1\nb=2\n");
    assertThat(file.changed()).containsOnlyKeys("NAME", "JOB", "PORT");
    assertThat(file.set("JOB", "\na=3\n")).isTrue();
    assertThat(file.set("PORT", "81")).isFalse();
    assertThat(file.set("NAME", "two words")).as("the default").isTrue();
    file.write();

    assertThat(folder.resolve(".env"))
        .hasContent("# mine\n\nOTHER=$x\\y\nPORT=81\n# end\nJOB='\na=3\n'\n");
    assertThat(EnvFile.in(folder).value("JOB")).isEqualTo("\na=3\n");
  }

  @Test
  void givenAFileWithoutALastLineBreakWhenAVariableIsSetThenItHasItsOwnLine() throws IOException {
    EnvFile file = read("PORT=81");
    file.set("NAME", "x");
    file.write();

    assertThat(folder.resolve(".env")).hasContent("PORT=81\nNAME=x\n");
  }

  @Test
  void givenAWrongNameOrValueWhenSetThenTheMessageNamesIt() {
    EnvFile file = EnvFile.in(folder);

    assertThatThrownBy(() -> file.set("POT", "1"))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("There is no variable POT.")
        .hasMessageContaining("JOB, NAME, PORT");
    assertThatThrownBy(() -> file.set("NAME", "it's"))
        .hasMessageContaining("single quote")
        .hasMessageContaining("it's");
  }
}
