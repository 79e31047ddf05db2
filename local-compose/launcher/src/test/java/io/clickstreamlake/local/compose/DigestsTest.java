package io.clickstreamlake.local.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that pins the base images, with a fake docker that prints the content of a file. */
class DigestsTest {

  private static final Path FOLDER = Path.of("..").toAbsolutePath().normalize();
  private static final String ONE = "sha256:" + "1".repeat(64);
  private static final String TWO = "sha256:" + "2".repeat(64);

  @TempDir private Path folder;
  private Path dockerfile;

  @BeforeEach
  void copyDockerfile() throws IOException {
    dockerfile = Files.copy(FOLDER.resolve("Dockerfile"), folder.resolve("Dockerfile"));
    Path docker =
        Files.writeString(
            folder.resolve("docker"),
            """
            #!/bin/sh
            case "$*" in
              "buildx imagetools inspect --format "*:*) cat "$(dirname "$0")/answer" ;;
              *) exit 1 ;;
            esac
            """);
    assertThat(docker.toFile().setExecutable(true)).isTrue();
  }

  private int digests(String answer) throws IOException, InterruptedException {
    Files.writeString(folder.resolve("answer"), answer + "\n");
    ProcessBuilder builder =
        new ProcessBuilder(FOLDER.resolve("digests").toString(), dockerfile.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile());
    builder.environment().put("PATH", folder + ":/usr/bin:/bin");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private List<String> baseImages() throws IOException {
    return Files.readAllLines(dockerfile).stream()
        .filter(line -> line.startsWith("FROM ") && line.contains(":"))
        .toList();
  }

  @Test
  void givenTagsWhenPinnedThenEachGetsItsDigestAndNothingElseChanges() throws Exception {
    List<String> before = Files.readAllLines(dockerfile);

    assertThat(digests(ONE)).isZero();

    assertThat(baseImages())
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).matches("FROM [^ @]+@" + ONE + " AS \\w+"));
    assertThat(Files.readAllLines(dockerfile).stream().map(line -> line.replace("@" + ONE, "")))
        .containsExactlyElementsOf(
            before.stream().map(line -> line.replaceFirst("@sha256:\\w+", "")).toList());
  }

  @Test
  void givenDigestsWhenTheTagsWereRebuiltThenTheNewOnesReplaceThem() throws Exception {
    digests(ONE);

    assertThat(digests(TWO)).isZero();

    assertThat(baseImages()).allSatisfy(line -> assertThat(line).contains(TWO).doesNotContain(ONE));
  }

  @Test
  void givenAnInvalidDigestWhenPinnedThenTheFileIsUnchanged() throws Exception {
    String before = Files.readString(dockerfile);

    assertThat(digests("manifest unknown")).isEqualTo(1);

    assertThat(Files.readString(dockerfile)).isEqualTo(before);
    assertThat(folder.resolve("output")).content().contains("is not a digest: 'manifest unknown'");
  }
}
