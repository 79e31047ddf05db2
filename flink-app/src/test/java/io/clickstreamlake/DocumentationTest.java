package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests of all Markdown files of the repository: links, anchors, named files, generated tables. */
class DocumentationTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Set<String> NOT_OURS = Set.of("target", "node_modules");

  private static final int README_LINES = 120;

  private static final Pattern FENCE = Pattern.compile("(?ms)^ *(```+)[^\n]*\n.*?^ *\\1 *$");
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^()\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");
  private static final Pattern LINK_IN_HEADING = Pattern.compile("\\[([^]]*)]\\([^)]*\\)");
  private static final Pattern NOT_IN_ANCHOR = Pattern.compile("[^\\p{L}\\p{N}_ -]");
  private static final Pattern TEST_CLASS = Pattern.compile("[A-Z]\\w*(Test|IT)");
  private static final Pattern PATH = Pattern.compile("[\\w.-]+(/[\\w.-]+)+/?");

  @Test
  void givenTheReadmeWhenCountedThenItIsShortEnoughToRead() throws IOException {
    assertThat(Files.readAllLines(ROOT.resolve("README.md")))
        .as("lines of README.md; details belong in docs/")
        .hasSizeLessThanOrEqualTo(README_LINES);
  }

  @Test
  void givenRelativeLinksWhenFollowedThenFilesAndAnchorsExist() throws IOException {
    List<String> broken = new ArrayList<>();
    Set<Path> pages = files(".md");
    for (Path page : pages) {
      String text = CODE.matcher(withoutFences(page)).replaceAll("");
      LINK.matcher(text)
          .results()
          .map(link -> link.group(1))
          .filter(link -> !link.matches("[a-z]+:.*"))
          .forEach(link -> check(page, link).ifPresent(broken::add));
    }
    assertThat(pages).hasSizeGreaterThan(10);
    assertThat(broken).as("links that lead nowhere: correct the path or the heading").isEmpty();
  }

  @Test
  void givenTheContributorsGuideWhenReadThenEveryFileAndTestThatItNamesExists() throws IOException {
    Path guide = ROOT.resolve("CONTRIBUTING.md");
    Set<String> classes = new HashSet<>();
    files(".java").forEach(file -> classes.add(file.getFileName().toString()));
    List<String> missing = new ArrayList<>();
    CODE.matcher(withoutFences(guide))
        .results()
        .map(code -> code.group(1))
        .forEach(
            name -> {
              boolean isPath = PATH.matcher(name).matches();
              if (isPath && !Files.exists(ROOT.resolve(name))
                  || TEST_CLASS.matcher(name).matches() && !classes.contains(name + ".java")) {
                missing.add(name);
              }
            });
    assertThat(missing)
        .as("files and test classes that CONTRIBUTING.md names, but that do not exist")
        .isEmpty();
  }

  @Test
  void givenTerraformsVariablesWhenTheTablesAreReadThenTheyAreUpToDate() throws Exception {
    assumeTrue(
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "node"))),
        "Node.js is not on the PATH");
    Process check =
        new ProcessBuilder("node", ROOT.resolve("terraform/tables.mjs").toString(), "--check")
            .redirectErrorStream(true)
            .start();
    String output = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(check.waitFor())
        .as("tables of inputs and outputs: run ./lake generate-files\n%s", output)
        .isZero();
  }

  /** What is wrong with a link, or nothing. */
  private static Optional<String> check(Path page, String link) {
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
    String place = ROOT.relativize(page) + ": " + link;
    if (!Files.exists(target)) {
      return Optional.of(place + " (no such file)");
    }
    if (parts.length == 2
        && target.toString().endsWith(".md")
        && !anchors(target).contains(parts[1])) {
      return Optional.of(place + " (no such heading)");
    }
    return Optional.empty();
  }

  /** Anchors of a page's headings, as GitHub derives them. */
  private static Set<String> anchors(Path page) {
    Map<String, Integer> used = new HashMap<>();
    Set<String> anchors = new HashSet<>();
    HEADING
        .matcher(withoutFences(page))
        .results()
        .map(DocumentationTest::anchor)
        .forEach(
            anchor -> {
              int times = used.merge(anchor, 1, Integer::sum);
              anchors.add(times == 1 ? anchor : anchor + "-" + (times - 1));
            });
    return anchors;
  }

  private static String anchor(MatchResult heading) {
    String text = LINK_IN_HEADING.matcher(heading.group(1)).replaceAll("$1");
    return NOT_IN_ANCHOR.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("").replace(' ', '-');
  }

  private static String withoutFences(Path page) {
    try {
      return FENCE.matcher(Files.readString(page)).replaceAll("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<Path> files(String suffix) throws IOException {
    Set<Path> found = new HashSet<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            boolean hidden = name.startsWith(".") && !folder.equals(ROOT);
            return hidden || NOT_OURS.contains(name)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(suffix)) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }
}
