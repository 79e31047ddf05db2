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
import java.util.Optional;

/**
 * Where a stack answers and what its stream is called: what another run of the launcher must know.
 *
 * @param jobId absent until the job was submitted
 */
record StackAddress(Map<Service, Integer> ports, String stream, Optional<String> jobId) {

  private static final ObjectMapper JSON = new ObjectMapper();

  StackAddress {
    ports = Map.copyOf(ports);
  }

  URI endpoint(Service service) {
    return URI.create("http://127.0.0.1:" + ports.get(service));
  }

  StackAddress withJob(String id) {
    return new StackAddress(ports, stream, Optional.of(id));
  }

  void write(Path file) throws IOException {
    ObjectNode node = JSON.createObjectNode();
    ObjectNode all = node.putObject("ports");
    for (Service service : Service.values()) {
      all.put(service.key(), ports.get(service));
    }
    node.put("stream", stream);
    jobId.ifPresent(id -> node.put("job", id));
    Files.createDirectories(file.getParent());
    Files.writeString(file, node.toPrettyString() + "\n");
  }

  static StackAddress read(Path file) throws IOException {
    JsonNode node = JSON.readTree(file.toFile());
    Map<Service, Integer> ports = new EnumMap<>(Service.class);
    for (Service service : Service.values()) {
      ports.put(service, node.path("ports").path(service.key()).asInt());
    }
    return new StackAddress(
        ports,
        node.path("stream").asText(),
        Optional.ofNullable(node.get("job")).map(JsonNode::asText));
  }
}
