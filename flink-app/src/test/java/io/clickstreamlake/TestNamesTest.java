package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Tests of all modules have one style of names: {@code givenXWhenYThenZ}, or {@code whenYThenZ}.
 */
class TestNamesTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** An annotation of a test, further annotations, and the name of the method. */
  private static final Pattern TEST =
      Pattern.compile(
          "@(?:Test|ParameterizedTest|Property)\\b(?:(?!\\bvoid\\b|[;{]\\s*$).)*?\\bvoid\\s+(\\w+)\\(",
          Pattern.DOTALL);

  @Test
  void givenTheTestsOfAllModulesWhenReadThenTheirNamesTellWhatHappens() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path file : testClasses()) {
      TEST.matcher(Files.readString(file))
          .results()
          .forEach(test -> names.add(ROOT.relativize(file) + " " + test.group(1)));
    }

    assertThat(names)
        .hasSizeGreaterThan(500)
        .filteredOn(name -> !name.matches("\\S+ (given|when)[A-Za-z0-9]*Then[A-Za-z0-9]+"))
        .isEmpty();
  }

  private static List<Path> testClasses() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().matches(".*/src/test/java/.*\\.java"))
          .filter(file -> !file.toString().contains("/node_modules/"))
          .toList();
    }
  }
}
