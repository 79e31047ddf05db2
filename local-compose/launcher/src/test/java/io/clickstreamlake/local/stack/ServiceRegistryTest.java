package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.local.compose.ComposeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The registry of services against the files that repeat it: compose.yaml, example.env and README.
 */
class ServiceRegistryTest {

  private static final Path README = ComposeFile.FOLDER.resolve("README.md");
  private static final String BEGIN = "<!-- services: begin -->\n";
  private static final String END = "<!-- services: end -->";

  /** Containers that are not services: two that run before the services, and two clients. */
  private static final Set<String> NO_SERVICES = Set.of("settings", "setup", "generator", "lake");

  @Test
  void givenTheRegistryWhenComposeFilesAreReadThenNothingIsMissing() {
    List<String> missing = new ArrayList<>();
    for (Service service : Service.values()) {
      if (ComposeFile.services().containsKey(service.key())) {
        missing.addAll(missingInCompose(service));
      } else {
        missing.add("compose.yaml has no service " + service.key());
      }
      if (service.hasPort()) {
        String port = Integer.toString(service.defaultPort());
        if (!port.equals(ComposeFile.variables().getProperty(variable(service)))) {
          missing.add("example.env must have " + variable(service) + "=" + port);
        }
      }
    }
    Set<String> unknown = new TreeSet<>(ComposeFile.services().keySet());
    unknown.removeAll(NO_SERVICES);
    unknown.removeAll(Stream.of(Service.values()).map(Service::key).toList());
    unknown.forEach(name -> missing.add("Service.java has no service " + name));

    assertThat(missing).isEmpty();
  }

  private static List<String> missingInCompose(Service service) {
    List<String> missing = new ArrayList<>();
    Map<String, Object> container = ComposeFile.service(service.key());
    String here = "compose.yaml, " + service.key() + ": ";
    if (service.isLaunchedInContainer()
        && !ComposeFile.list(container.get("command")).equals(List.of(service.key()))) {
      missing.add(here + "command must be [" + service.key() + "]");
    }
    if (!"unless-stopped".equals(container.get("restart"))) {
      missing.add(here + "restart must be unless-stopped");
    }
    List<Object> ports =
        service.hasPort()
            ? List.of(
                "127.0.0.1:${"
                    + variable(service)
                    + ":-"
                    + service.defaultPort()
                    + "}:"
                    + service.defaultPort())
            : List.of();
    if (!ComposeFile.list(container.get("ports")).equals(ports)) {
      missing.add(here + "ports must be " + ports);
    }
    Map<String, Object> health = ComposeFile.map(container.get("healthcheck"));
    if (service.hasPort()
        && (health == null
            || !ComposeFile.list(health.get("test"))
                .contains(Integer.toString(service.defaultPort())))) {
      missing.add(here + "healthcheck must use port " + service.defaultPort());
    }
    Set<String> waitsFor = dependencies(service.key());
    for (Service dependency : service.dependencies()) {
      if (!waitsFor.contains(dependency.key())) {
        missing.add(here + "depends_on must have " + dependency.key());
      }
    }
    return missing;
  }

  /** The containers that a container waits for, directly or through others. */
  private static Set<String> dependencies(String container) {
    Set<String> all = new TreeSet<>();
    Object direct = ComposeFile.service(container).get("depends_on");
    if (direct != null) {
      for (String name : ComposeFile.map(direct).keySet()) {
        all.add(name);
        all.addAll(dependencies(name));
      }
    }
    return all;
  }

  private static String variable(Service service) {
    return service.portName().toUpperCase(Locale.ROOT) + "_PORT";
  }

  @Test
  void givenTheRegistryWhenTheReadmeIsReadThenItsTableIsUpToDate() throws IOException {
    String readme = Files.readString(README);
    String before = readme.substring(0, readme.indexOf(BEGIN) + BEGIN.length());
    String expected = before + table() + readme.substring(readme.indexOf(END));
    if (Boolean.getBoolean("generate.files")) {
      Files.writeString(README, expected);
      return;
    }

    assertThat(readme)
        .as("the table of services in %s; ./lake generate-files writes it", README)
        .isEqualTo(expected);
  }

  private static String table() {
    return "| service | program | replaces | URL | starts after |\n|---|---|---|---|---|\n"
        + Stream.of(Service.values())
            .map(ServiceRegistryTest::row)
            .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String row(Service service) {
    Optional<String> url =
        service.hasPort()
            ? Optional.of("http://127.0.0.1:" + service.defaultPort())
            : Optional.empty();
    return "| `%s` | %s%s | %s | %s | %s |"
        .formatted(
            service.key(),
            service.title(),
            service.isProcess() ? "" : " (a separate process in containers only)",
            service.replaces(),
            url.orElse(""),
            Stream.of(Service.values())
                .filter(service.dependencies()::contains)
                .map(other -> "`" + other.key() + "`")
                .collect(Collectors.joining(", ")));
  }
}
