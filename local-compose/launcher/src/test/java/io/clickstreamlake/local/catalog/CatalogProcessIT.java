package io.clickstreamlake.local.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clickstreamlake.local.SharedStack;
import io.clickstreamlake.local.process.PortRequest;
import io.clickstreamlake.local.process.Ports;
import io.clickstreamlake.local.process.ProcessGroup;
import io.clickstreamlake.local.process.ProcessSpec;
import io.clickstreamlake.local.process.Readiness;
import io.clickstreamlake.local.stack.Service;
import io.clickstreamlake.local.storage.LocalAws;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.s3.S3Client;

/** A separate catalog process with the S3 of the shared stack. */
class CatalogProcessIT {

  private static final String KEY = "scheduled/day=01/a.json";

  @TempDir private Path folder;
  private Ports ports;
  private ProcessGroup processes;
  private S3Client s3;
  private GlueClient glue;

  @BeforeEach
  void startCatalog() {
    URI storage = SharedStack.client().endpoint(Service.S3);
    ports = Ports.choose(Map.of("catalog", PortRequest.ANY));
    int port = ports.of("catalog");
    URI endpoint = URI.create("http://127.0.0.1:" + port);
    processes = new ProcessGroup(folder.resolve("pids"), folder.resolve("logs"));
    processes.start(
        new ProcessSpec(
            "catalog",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CatalogProcess.class.getName(),
                "127.0.0.1",
                Integer.toString(port),
                folder.resolve("catalog.json").toString(),
                storage.toString(),
                "1"),
            Map.of(),
            Readiness.http(endpoint),
            Duration.ofSeconds(60)));
    s3 = LocalAws.s3(storage);
    glue = LocalAws.glue(endpoint);
  }

  @AfterEach
  void endCatalog() {
    processes.end();
    ports.close();
    s3.deleteObject(r -> r.bucket("raw").key(KEY));
    s3.close();
    glue.close();
  }

  @Test
  void givenTableWhenAFolderAppearsThenTheScheduledCrawlAddsItsPartition() {
    glue.createDatabase(r -> r.databaseInput(d -> d.name("lake")));
    glue.createTable(
        r ->
            r.databaseName("lake")
                .tableInput(
                    t ->
                        t.name("scheduled")
                            .partitionKeys(Column.builder().name("day").type("string").build())
                            .storageDescriptor(s -> s.location("s3://raw/scheduled/"))));

    s3.putObject(r -> r.bucket("raw").key(KEY), RequestBody.fromString("{}"));

    List<Partition> partitions =
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () ->
                    glue.getPartitions(r -> r.databaseName("lake").tableName("scheduled"))
                        .partitions(),
                found -> !found.isEmpty());
    assertThat(partitions).extracting(Partition::values).containsExactly(List.of("01"));
  }
}
