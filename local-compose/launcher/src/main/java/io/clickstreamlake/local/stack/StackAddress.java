package io.clickstreamlake.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a stack answers and what its stream is called: what another run of the launcher must know.
 *
 * @param jobId absent until the job was submitted
 */
public record StackAddress(Map<Service, URI> endpoints, String stream, Optional<String> jobId) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public StackAddress {
    endpoints = Map.copyOf(endpoints);
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(jobId, "jobId");
  }

  /** A stack on this machine. */
  public static StackAddress onLoopback(Map<Service, Integer> ports, String stream) {
    Map<Service, URI> endpoints = new EnumMap<>(Service.class);
    ports.forEach(
        (service, port) -> endpoints.put(service, URI.create("http://127.0.0.1:" + port)));
    return new StackAddress(endpoints, stream, Optional.empty());
  }

  URI endpoint(Service service) {
    return endpoints.get(service);
  }

  int port(Service service) {
    return endpoint(service).getPort();
  }

  StackAddress withJob(String id) {
    return new StackAddress(endpoints, stream, Optional.of(id));
  }

  void write(Path file) throws IOException {
    ObjectNode node = JSON.createObjectNode();
    ObjectNode all = node.putObject("endpoints");
    for (Service service : Service.values()) {
      all.put(service.key(), endpoint(service).toString());
    }
    node.put("stream", stream);
    jobId.ifPresent(id -> node.put("job", id));
    Files.createDirectories(file.getParent());
    Files.writeString(file, node.toPrettyString() + "\n");
  }

  static StackAddress read(Path file) throws IOException {
    JsonNode node = JSON.readTree(file.toFile());
    Map<Service, URI> endpoints = new EnumMap<>(Service.class);
    for (Service service : Service.values()) {
      endpoints.put(service, URI.create(node.path("endpoints").path(service.key()).asText()));
    }
    return new StackAddress(
        endpoints,
        node.path("stream").asText(),
        Optional.ofNullable(node.get("job")).map(JsonNode::asText));
  }
}
