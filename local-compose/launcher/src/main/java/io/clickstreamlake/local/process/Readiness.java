package io.clickstreamlake.local.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Whether a process answers yet. Asked again and again; an exception means not yet. */
@FunctionalInterface
public interface Readiness {

  boolean answers() throws Exception;

  /** Ready as soon as anything that is HTTP comes back, whatever its status. */
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

  /** For a process that listens on nothing: another one tells of it. */
  static Readiness immediately() {
    return () -> true;
  }
}
