package io.clickstreamlake.local.chaos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A proxy between a client and Kinesis. While it throttles, each GetRecords gets the error that
 * Kinesis returns when a shard has too many readers. All other requests are forwarded.
 */
final class ThrottlingProxy implements AutoCloseable {

  private static final String OPERATION = "X-Amz-Target";

  /** Headers that the HTTP client sets itself. */
  private static final Set<String> OWN_HEADERS =
      Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final CompletableFuture<URI> target = new CompletableFuture<>();
  private final AtomicLong throttled = new AtomicLong();
  private volatile boolean throttling;

  ThrottlingProxy() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Requests wait until this is called. */
  void forwardTo(URI endpoint) {
    target.complete(endpoint);
  }

  void throttle(boolean on) {
    throttling = on;
  }

  /** Number of throttled requests. */
  long throttled() {
    return throttled.get();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String operation = exchange.getRequestHeaders().getFirst(OPERATION);
      if (throttling && operation != null && operation.endsWith(".GetRecords")) {
        throttled.incrementAndGet();
        answer(
            exchange,
            400,
            "{\"__type\":\"ProvisionedThroughputExceededException\",\"message\":\"on purpose\"}"
                .getBytes(StandardCharsets.UTF_8));
        return;
      }
      HttpRequest.Builder request =
          HttpRequest.newBuilder(target.join().resolve(exchange.getRequestURI()))
              .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
      exchange
          .getRequestHeaders()
          .forEach(
              (name, values) -> {
                if (!OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                  values.forEach(value -> request.header(name, value));
                }
              });
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      answer(exchange, response.statusCode(), response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
