package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code ./lake}, with a fake Java and a fake Maven. */
class LakeScriptTest {

  @TempDir private Path folder;

  @Test
  void givenChangedSourcesWhenACommandIsRunThenStandardOutputHasOnlyItsResult()
      throws IOException, InterruptedException {
    Path root = folder.resolve("checkout");
    Files.createDirectories(root);
    Files.copy(Path.of("..", "..", "lake"), root.resolve("lake"));
    Files.writeString(root.resolve("pom.xml"), "");
    script(
        root.resolve("mvnw"),
        "echo Maven\nmkdir -p local-compose/launcher/target\necho > local-compose/launcher/target/classpath");
    for (String source : new String[] {"flink-app", "sample-data", "local-compose"}) {
      Files.createDirectories(root.resolve(source));
    }
    script(
        folder.resolve("jdk/bin/java"),
        "case \"$1\" in -version) echo 'openjdk version \"17.0.1\"' >&2 ;; *) echo result ;; esac");
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder("bash", root.resolve("lake").toString(), "sql", "SELECT 1")
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());

    Process lake = builder.start();

    assertThat(lake.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(lake.exitValue()).as(Files.readString(err)).isZero();
    assertThat(Files.readString(out)).isEqualTo("result\n");
    assertThat(Files.readString(err)).startsWith("Building.").endsWith("Maven\n");
  }

  private static void script(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + content + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
