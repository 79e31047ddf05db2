package io.clickstreamlake.benchmarks.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkInputTest {

  @TempDir private Path parent;

  @Test
  void givenEventsOfTheSameGeneratorWhenPreparedAgainThenTheyAreReused() throws IOException {
    BenchmarkInput first = BenchmarkInput.prepare(parent, 100);
    Path mark = Files.writeString(first.folder().resolve("mark"), "");

    BenchmarkInput second = BenchmarkInput.prepare(parent, 100);

    assertThat(second).isEqualTo(first);
    assertThat(mark).exists();
  }

  @Test
  void givenEventsOfAnotherGeneratorWhenPreparedThenNewOnesAreWritten() throws IOException {
    Path other = Files.createDirectories(parent.resolve("events-100-00000000"));

    BenchmarkInput input = BenchmarkInput.prepare(parent, 100);

    assertThat(input.folder()).isNotEqualTo(other);
    long lines = 0;
    for (Path file : BenchmarkInput.files(input.folder())) {
      lines += Files.readAllLines(file).size();
    }
    assertThat(lines).isEqualTo(100);
  }
}
