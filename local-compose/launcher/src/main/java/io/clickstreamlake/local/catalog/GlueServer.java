package io.clickstreamlake.local.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An HTTP server for the JSON 1.1 protocol of the AWS Glue Data Catalog.
 *
 * <p>Signatures are not checked. The catalog is stored in a file, which survives a restart.
 */
public final class GlueServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int THREADS = 8;

  private final GlueCatalog catalog;
  private final HttpServer http;
  private final ExecutorService threads;

  private GlueServer(GlueCatalog catalog, HttpServer http) {
    this.catalog = catalog;
    this.http = http;
    this.threads = Executors.newFixedThreadPool(THREADS);
  }

  /** Starts a server on the loopback address. */
  public static GlueServer start(int port, Path file) throws IOException {
    return start(InetAddress.getLoopbackAddress(), port, file);
  }

  /**
   * Starts a server.
   *
   * @param port 0 for any free port
   * @param file file of the catalog; if it does not exist, the catalog is empty
   */
  public static GlueServer start(InetAddress bind, int port, Path file) throws IOException {
    HttpServer http = HttpServer.create(new InetSocketAddress(bind, port), 0);
    GlueServer server = new GlueServer(GlueCatalog.open(file, Clock.systemUTC()), http);
    http.setExecutor(server.threads);
    http.createContext("/", server::answer);
    http.start();
    return server;
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      int status = 200;
      ObjectNode answer;
      try {
        answer = catalog.call(action(exchange), body(exchange));
      } catch (GlueError e) {
        status = 400;
        answer = error(e.type(), e.getMessage());
      } catch (RuntimeException e) {
        e.printStackTrace();
        status = 500;
        answer = error("InternalServiceException", e.toString());
      }
      byte[] bytes = JSON.writeValueAsBytes(answer);
      exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static String action(HttpExchange exchange) {
    String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    if (target == null) {
      throw GlueError.invalidInput("The request has no header X-Amz-Target.");
    }
    return target.substring(target.indexOf('.') + 1);
  }

  private static ObjectNode body(HttpExchange exchange) throws IOException {
    JsonNode body;
    try {
      body = JSON.readTree(exchange.getRequestBody());
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw GlueError.invalidInput("The body is not JSON: " + e.getOriginalMessage());
    }
    if (body instanceof ObjectNode object) {
      return object;
    }
    throw GlueError.invalidInput("The body must be a JSON object.");
  }

  private static ObjectNode error(String type, String message) {
    return JSON.createObjectNode().put("__type", type).put("Message", message);
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
  }
}
