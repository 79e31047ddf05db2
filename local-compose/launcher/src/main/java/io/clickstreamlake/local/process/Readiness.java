package io.clickstreamlake.local.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The check whether a process is ready. It is repeated; an exception means "not yet". */
@FunctionalInterface
public interface Readiness {

  boolean isReady() throws Exception;

  /** Ready as soon as the URL returns an HTTP response, with any status. */
  static Readiness http(URI uri) {
    HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(2)).build();
    return () -> {
      try {
        return client.send(request, BodyHandlers.discarding()).statusCode() > 0;
      } catch (IOException e) {
        return false;
      }
    };
  }

  /** Always ready: for a process without a check. */
  static Readiness immediately() {
    return () -> true;
  }
}
