package io.clickstreamlake.local.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.local.stack.Service;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ComposeProjectTest {

  private static String container(String service, String state, int target, int published) {
    return """
    {"Service":"%s","Name":"clickstream-lake-%s-1","State":"%s","Health":"healthy","ExitCode":0,\
    "Publishers":[{"URL":"127.0.0.1","TargetPort":%d,"PublishedPort":%d,"Protocol":"tcp"}]}
    """
        .formatted(service, service, state, target, published);
  }

  private static Stream<String> all(int shift) {
    return Service.withPort().stream()
        .map(
            service ->
                container(
                    service.key(),
                    "running",
                    service.defaultPort(),
                    service.defaultPort() + shift));
  }

  @Test
  void givenContainersWhenAllRunThenTheUrlsHaveTheirPublishedPorts() {
    List<ComposeProject.Container> containers =
        ComposeProject.parse(all(100).collect(Collectors.joining()));

    assertThat(ComposeProject.urls(containers))
        .hasSize(Service.withPort().size())
        .containsAllEntriesOf(
            Map.of(
                Service.KINESIS, URI.create("http://127.0.0.1:4667"),
                Service.TRINO, URI.create("http://127.0.0.1:8180")));
  }

  @Test
  void givenOneEndedContainerWhenAskedThenThereAreNoEndpoints() {
    List<ComposeProject.Container> containers =
        ComposeProject.parse(
            all(0).filter(line -> !line.contains("trino")).collect(Collectors.joining())
                + container("trino", "exited", 8080, 0));

    assertThat(ComposeProject.endpoints(containers)).isEmpty();
  }

  @Test
  void givenAnOlderComposeWhenItPrintsAnArrayThenItIsParsed() {
    assertThat(ComposeProject.parse("[" + all(0).collect(Collectors.joining(",")) + "]"))
        .hasSize(Service.withPort().size());
    assertThat(ComposeProject.parse("")).isEmpty();
  }

  @Test
  void givenContainersWhenCheckedThenEndedOnesAreHealthyIfTheySucceeded() {
    List<ComposeProject.Container> containers =
        ComposeProject.parse(
            """
            {"Service":"setup","Name":"a","State":"exited","Health":"","ExitCode":0}
            {"Service":"setup","Name":"b","State":"exited","Health":"","ExitCode":1}
            {"Service":"setup","Name":"e","State":"created","Health":"","ExitCode":0}
            {"Service":"s3","Name":"c","State":"running","Health":"starting","ExitCode":0}
            {"Service":"s3","Name":"d","State":"running","Health":"healthy","ExitCode":0}
            """);

    assertThat(containers.stream().map(ComposeProject.Container::isHealthy))
        .containsExactly(true, false, false, false, true);
  }
}
