package io.clickstreamlake.local.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.gaul.s3proxy.S3Proxy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listings over HTTP, like those of every reader. */
class CompleteObjectsTest {

  private static final String INCOMPLETE_SUFFIX = "-0b5f6a1c-9d6c-4f1e-8f64-1f3f7c1a2b3d";

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private S3Proxy s3;

  @BeforeEach
  void start() throws Exception {
    Properties settings = new Properties();
    settings.setProperty("s3proxy.endpoint", "http://127.0.0.1:0");
    settings.setProperty("s3proxy.authorization", "none");
    settings.setProperty("jclouds.provider", "filesystem-nio2");
    settings.setProperty("jclouds.filesystem.basedir", folder.toString());
    s3 = ObjectStoreProcess.of(settings);
    s3.start();
    put("lake", "");
    put("lake/day=1/a.parquet", "whole");
    put("lake/day=1/b.parquet", "whole");
  }

  @AfterEach
  void stop() throws Exception {
    s3.stop();
  }

  @Test
  void givenAnObjectThatIsBeingWrittenWhenListedThenOnlyCompleteOnesAreListed() throws Exception {
    createIncomplete("lake/day=1/b.parquet");
    createIncomplete("lake/day=2/c.parquet");

    for (String query : List.of("list-type=2", "prefix=day")) {
      assertThat(keys("lake?" + query))
          .as(query)
          .containsExactly("day=1/a.parquet", "day=1/b.parquet");
    }
    assertThat(get("lake?list-type=2")).contains("<KeyCount>2</KeyCount>");
  }

  @Test
  void givenPagesOfOneWhenAllAreListedThenNoCompleteObjectIsMissing() throws Exception {
    createIncomplete("lake/day=1/a.parquet");
    createIncomplete("lake/day=1/b.parquet");

    List<String> found = new ArrayList<>();
    String page = get("lake?list-type=2&max-keys=1");
    found.addAll(keys(page, "Key"));
    while (page.contains("<IsTruncated>true</IsTruncated>")) {
      page =
          get(
              "lake?list-type=2&max-keys=1&continuation-token="
                  + keys(page, "NextContinuationToken").get(0));
      found.addAll(keys(page, "Key"));
    }

    assertThat(found).containsExactly("day=1/a.parquet", "day=1/b.parquet");
  }

  /** Creates the file of S3Proxy during a put, before the last byte. */
  private void createIncomplete(String key) throws IOException {
    Path file = folder.resolve(key + INCOMPLETE_SUFFIX);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "half of");
  }

  private void put(String path, String body) throws Exception {
    int status =
        http.send(
                HttpRequest.newBuilder(uri(path)).PUT(BodyPublishers.ofString(body)).build(),
                BodyHandlers.discarding())
            .statusCode();
    assertThat(status).as(path).isEqualTo(200);
  }

  private String get(String path) throws Exception {
    return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString()).body();
  }

  private List<String> keys(String path) throws Exception {
    return keys(get(path), "Key");
  }

  private static List<String> keys(String xml, String element) {
    return Pattern.compile("<" + element + ">([^<]*)</" + element + ">")
        .matcher(xml)
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + s3.getPort() + "/" + path);
  }
}
