package io.clickstreamlake.local.compose;

import static io.clickstreamlake.local.compose.ComposeFile.FOLDER;
import static io.clickstreamlake.local.compose.ComposeFile.content;
import static io.clickstreamlake.local.compose.ComposeFile.list;
import static io.clickstreamlake.local.compose.ComposeFile.map;
import static io.clickstreamlake.local.compose.ComposeFile.service;
import static io.clickstreamlake.local.compose.ComposeFile.services;
import static io.clickstreamlake.local.compose.ComposeFile.text;
import static io.clickstreamlake.local.compose.ComposeFile.variables;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clickstreamlake.local.stack.JobSettingsText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules for compose.yaml, example.env and the Dockerfile; no Docker is needed. */
class ComposeFileTest {

  private static final Pattern VARIABLE =
      Pattern.compile("(?<!\\$)\\$\\{([A-Z0-9_]+)(:?[-?+][^}]*)?}");

  private static final Pattern BASE_IMAGE =
      Pattern.compile(
          "((node|eclipse-temurin):\\d+\\.\\d+\\.\\d+[-_\\w]*|debian:bookworm-\\d{8}-slim)"
              + "(@sha256:[0-9a-f]{64})?");

  @TempDir private Path folder;

  static Stream<String> names() {
    return services().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void givenAServiceWhenItPublishesPortsThenOnlyOnTheLoopbackAddress(String name) {
    for (Object port : list(service(name).get("ports"))) {
      assertThat(port.toString()).matches("127\\.0\\.0\\.1:\\$\\{[A-Z0-9]+_PORT:-\\d+}:\\d+");
    }
    assertThat(service(name)).doesNotContainKey("network_mode");
  }

  @ParameterizedTest
  @MethodSource("names")
  void givenAServiceWhenReadThenItsVersionIsPinned(String name) {
    assertThat(service(name).get("image").toString())
        .matches("clickstream-lake/[a-z0-9]+:\\d+\\.\\d+\\.\\d+");
  }

  @ParameterizedTest
  @MethodSource("names")
  void givenAServiceWhenReadThenItHasAHealthCheckUnlessItEnds(String name) {
    Set<String> ends = Set.of("settings", "setup", "lake");
    Map<String, Object> check = map(service(name).get("healthcheck"));

    if (ends.contains(name)) {
      assertThat(check == null || Boolean.TRUE.equals(check.get("disable"))).isTrue();
    } else {
      assertThat(list(check.get("test")).toString()).contains("health");
      assertThat(check).containsKeys("interval", "timeout", "retries", "start_period");
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void givenAServiceWhenReadThenItHasLimitsAndCannotGainPrivileges(String name) {
    Map<String, Object> service = service(name);

    Map<String, Object> limits =
        map(map(map(service.get("deploy")).get("resources")).get("limits"));
    assertThat(limits).containsKeys("cpus", "memory");
    assertThat(list(service.get("cap_drop"))).containsExactly("ALL");
    assertThat(list(service.get("security_opt"))).containsExactly("no-new-privileges:true");
    assertThat(service).doesNotContainKeys("privileged", "cap_add", "user");
    assertThat(service.get("restart")).isIn("unless-stopped", "on-failure:5", "no");
    assertThat(list(service.get("networks"))).containsExactly("lake");
  }

  @ParameterizedTest
  @MethodSource("names")
  void givenAServiceWhenItDependsOnAnotherThenItWaitsUntilThatIsHealthy(String name) {
    Object dependencies = service(name).get("depends_on");
    if (dependencies != null) {
      map(dependencies)
          .forEach(
              (other, how) ->
                  assertThat(map(how).get("condition"))
                      .isEqualTo(
                          Set.of("settings", "setup").contains(other)
                              ? "service_completed_successfully"
                              : "service_healthy"));
    }
  }

  @Test
  void givenVolumesWhenMountedThenEachIsNamedAndTheImageHasItsFolder() {
    Set<String> mounted = new TreeSet<>();
    for (String name : names().toList()) {
      for (Object volume : list(service(name).get("volumes"))) {
        String[] parts = volume.toString().split(":");
        if (parts[0].equals("./config")) {
          // The folder must exist, or Docker creates it for root.
          assertThat(volume).isEqualTo("./config:/config:ro");
          assertThat(FOLDER.resolve("config/.gitignore")).exists();
          continue;
        }
        mounted.add(parts[0]);
        assertThat(parts[1]).startsWith("/state/");
        String inState = parts[1].substring("/state/".length());
        assertThat(text("Dockerfile"))
            .as("a volume gets the owner of the folder in the image")
            .containsPattern(Pattern.quote(inState) + "[ ;\\\\\\n]|/state/" + inState);
      }
    }
    assertThat(mounted).isEqualTo(map(content().get("volumes")).keySet());
  }

  @Test
  void givenVariablesWhenUsedThenTheExampleHasEachWithItsDefaultAndNoOther() {
    Map<String, String> defaults = new TreeMap<>();
    Matcher matcher = VARIABLE.matcher(text("compose.yaml"));
    while (matcher.find()) {
      assertThat(matcher.group(2)).as(matcher.group()).startsWith(":-");
      String value = matcher.group(2).substring(2);
      String other = defaults.put(matcher.group(1), value);
      assertThat(other == null || other.equals(value))
          .as("every use of %s has the same default", matcher.group(1))
          .isTrue();
    }
    Map<String, String> example = new TreeMap<>();
    variables()
        .forEach((name, value) -> example.put(name.toString(), value.toString().replace("'", "")));

    assertThat(example).isEqualTo(defaults);
    assertThat(FOLDER.getParent().resolve(".gitignore")).content().contains("local-compose/.env\n");
  }

  @Test
  void givenTheEnvironmentOfContainersWhenReadThenTheLauncherReadsEachVariable()
      throws IOException {
    Map<String, Object> environment = new TreeMap<>();
    for (String name : names().toList()) {
      if (service(name).containsKey("environment")) {
        environment.putAll(map(service(name).get("environment")));
      }
    }
    Set<String> known = new TreeSet<>();
    Matcher matcher =
        Pattern.compile("(?:text|number|seconds)\\(\"([A-Z_]+)\"")
            .matcher(
                Files.readString(
                    Path.of(
                        "src/main/java/io/clickstreamlake/local/stack/ContainerEnvironment.java")));
    while (matcher.find()) {
      known.add("LAKE_" + matcher.group(1));
    }

    known.add("LAKE_" + JobSettingsText.VARIABLE);

    assertThat(new TreeSet<>(environment.keySet())).isEqualTo(known);
    environment.forEach(
        (name, value) ->
            assertThat(value.toString()).startsWith("${" + name.substring(5) + ":-").endsWith("}"));
  }

  @Test
  void givenTheDockerfileWhenReadThenBaseImagesArePinnedAndNoProcessIsRoot() {
    Map<String, List<String>> stages = stages();

    for (List<String> stage : stages.values()) {
      String base = stage.get(0).split(" ")[1];
      assertThat(stages.containsKey(base) || BASE_IMAGE.matcher(base).matches())
          .as(stage.get(0))
          .isTrue();
    }
    for (String target : List.of("kinesis", "lake", "s3", "flink", "trino")) {
      assertThat(user(stages, target)).as("user of " + target).isIn("node", "lake");
      assertThat(String.join("\n", stages.get(target)))
          .contains("org.opencontainers.image.title", "org.opencontainers.image.version");
    }
  }

  @Test
  void givenBuildTargetsWhenNamedInComposeThenTheDockerfileHasThem() {
    Set<String> built =
        names()
            .map(name -> service(name).get("build"))
            .filter(build -> build != null)
            .map(build -> map(build).get("target").toString())
            .collect(Collectors.toSet());

    assertThat(built).containsExactlyInAnyOrder("kinesis", "lake", "s3", "flink", "trino");
    assertThat(stages()).containsKeys(built.toArray(String[]::new));
    // Our images are in no registry; an image of the same name there would not be ours.
    names().forEach(name -> assertThat(service(name).get("pull_policy")).isEqualTo("never"));
  }

  @Test
  void givenFilesThatTheDockerfileCopiesWhenCheckedThenTheyExist() {
    Path root = FOLDER.getParent();
    Matcher copies = Pattern.compile("(?m)^COPY (?!--from)(.+) \\S+$").matcher(text("Dockerfile"));
    int found = 0;
    while (copies.find()) {
      for (String source : copies.group(1).split(" ")) {
        found++;
        assertThat(source.contains("*") || Files.exists(root.resolve(source))).as(source).isTrue();
      }
    }
    assertThat(found).isGreaterThan(10);
  }

  @Test
  void givenModulesOfTheBuildWhenTheDockerfileCopiesPomsThenNoneIsMissing() throws IOException {
    Path root = FOLDER.getParent();
    List<String> poms;
    try (Stream<Path> files = Files.walk(root, 3)) {
      poms =
          files
              .filter(file -> file.endsWith("pom.xml"))
              .map(file -> root.relativize(file).toString())
              .filter(file -> !file.contains("target") && !file.contains("node_modules"))
              .toList();
    }

    assertThat(poms).hasSizeGreaterThan(8);
    assertThat(poms).allMatch(pom -> text("Dockerfile").contains(pom));
  }

  @Test
  void givenDockerComposeWhenItParsesTheFileThenItIsValid() throws Exception {
    Path output = folder.resolve("config.txt");
    assumeTrue(run(output, "docker", "compose", "version") == 0, "docker compose is not installed");

    int exitCode =
        run(
            output,
            "docker",
            "compose",
            "--file",
            FOLDER.resolve("compose.yaml").toString(),
            "--profile",
            "generator",
            "--profile",
            "lake",
            "config",
            "--quiet");

    assertThat(exitCode).as(Files.readString(output)).isZero();
    assertThat(output).isEmptyFile();
  }

  private static int run(Path output, String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      try {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return -1;
    }
  }

  /** The lines per stage, by name of the stage; continued lines are joined. */
  private static Map<String, List<String>> stages() {
    Map<String, List<String>> stages = new TreeMap<>();
    List<String> stage = new ArrayList<>();
    for (String line : text("Dockerfile").replace("\\\n", " ").split("\n")) {
      if (line.startsWith("FROM ")) {
        stage = new ArrayList<>();
        String[] words = line.split(" ");
        assertThat(words).as(line).hasSize(4);
        stages.put(words[3], stage);
      }
      stage.add(line);
    }
    return stages;
  }

  /** The last USER of a stage, or of the stages that it is based on. */
  private static String user(Map<String, List<String>> stages, String name) {
    String user = "root";
    List<String> lines = stages.get(name);
    String base = lines.get(0).split(" ")[1];
    if (stages.containsKey(base)) {
      user = user(stages, base);
    }
    for (String line : lines) {
      if (line.startsWith("USER ")) {
        user = line.substring(5).trim();
      }
    }
    return user;
  }

  @Test
  void givenScriptsOfContainersWhenReadThenTheyAreExecutable() {
    for (String script : List.of("health", "service", "lake")) {
      assertThat(FOLDER.resolve("docker").resolve(script)).isExecutable();
      assertThat(text("docker/" + script).getBytes(StandardCharsets.UTF_8)[0])
          .isEqualTo((byte) '#');
    }
  }
}
