package io.clickstreamlake.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * The URLs of a stack's services, the name of its stream, the id of its job, and how often its
 * catalog is crawled: everything that a client of the stack needs.
 *
 * @param urls of every service that has a port
 * @param crawlInterval between two crawls; absent if it is unknown
 * @param jobId absent until the job was submitted
 */
public record StackEndpoints(
    Map<Service, URI> urls,
    String stream,
    Optional<Duration> crawlInterval,
    Optional<String> jobId) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public StackEndpoints {
    urls = Map.copyOf(urls);
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(crawlInterval, "crawlInterval");
    Objects.requireNonNull(jobId, "jobId");
  }

  /** A stack whose job has not been submitted, or is part of its containers. */
  static StackEndpoints of(Function<Service, URI> url, String stream) {
    return new StackEndpoints(urls(url), stream, Optional.empty(), Optional.empty());
  }

  /** A stack on this machine. */
  static StackEndpoints onLoopback(Function<Service, Integer> port, String stream) {
    return of(service -> URI.create("http://127.0.0.1:" + port.apply(service)), stream);
  }

  private static Map<Service, URI> urls(Function<Service, URI> url) {
    Map<Service, URI> urls = new EnumMap<>(Service.class);
    Service.withPort().forEach(service -> urls.put(service, url.apply(service)));
    return urls;
  }

  /**
   * @throws IllegalArgumentException for a service without a port
   */
  URI endpoint(Service service) {
    URI url = urls.get(service);
    if (url == null) {
      throw new IllegalArgumentException(service.key() + " has no port");
    }
    return url;
  }

  int port(Service service) {
    return endpoint(service).getPort();
  }

  StackEndpoints withJob(String id) {
    return new StackEndpoints(urls, stream, crawlInterval, Optional.of(id));
  }

  StackEndpoints withCrawlInterval(Duration interval) {
    return new StackEndpoints(urls, stream, Optional.of(interval), jobId);
  }

  void write(Path file) throws IOException {
    ObjectNode node = JSON.createObjectNode();
    ObjectNode endpoints = node.putObject("endpoints");
    Service.withPort()
        .forEach(service -> endpoints.put(service.key(), endpoint(service).toString()));
    node.put("stream", stream);
    crawlInterval.ifPresent(interval -> node.put("crawlSeconds", interval.toSeconds()));
    jobId.ifPresent(id -> node.put("job", id));
    Files.createDirectories(file.getParent());
    Files.writeString(file, node.toPrettyString() + "\n");
  }

  static StackEndpoints read(Path file) throws IOException {
    JsonNode node = JSON.readTree(file.toFile());
    return new StackEndpoints(
        urls(service -> URI.create(node.path("endpoints").path(service.key()).asText())),
        node.path("stream").asText(),
        Optional.ofNullable(node.get("crawlSeconds")).map(n -> Duration.ofSeconds(n.asLong())),
        Optional.ofNullable(node.get("job")).map(JsonNode::asText));
  }
}
