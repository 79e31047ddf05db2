package io.clickstreamlake.local.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.storage.LocalAws;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.AlreadyExistsException;
import software.amazon.awssdk.services.glue.model.BatchCreatePartitionResponse;
import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.glue.model.EntityNotFoundException;
import software.amazon.awssdk.services.glue.model.GetPartitionsResponse;
import software.amazon.awssdk.services.glue.model.InvalidInputException;
import software.amazon.awssdk.services.glue.model.Partition;
import software.amazon.awssdk.services.glue.model.PartitionInput;
import software.amazon.awssdk.services.glue.model.Table;
import software.amazon.awssdk.services.glue.model.TableInput;

/** The server through the AWS SDK, like its clients. */
class GlueServerTest {

  @TempDir private Path folder;
  private GlueServer server;
  private GlueClient glue;

  @BeforeEach
  void start() throws IOException {
    server = GlueServer.start(0, folder.resolve("catalog.json"));
    glue = LocalAws.glue(server.endpoint());
  }

  @AfterEach
  void stop() {
    glue.close();
    server.close();
  }

  @Test
  void givenTableWhenReadThenItIsUnchangedAndHasANumberOfBuckets() {
    createTable();

    Table table = glue.getTable(r -> r.databaseName("LAKE").name("Events")).table();

    assertThat(table.name()).isEqualTo("events");
    assertThat(table.databaseName()).isEqualTo("lake");
    assertThat(table.storageDescriptor().columns()).extracting(Column::name).containsExactly("id");
    assertThat(table.storageDescriptor().numberOfBuckets()).isZero();
    assertThat(table.parameters()).containsEntry("classification", "parquet");
    assertThat(table.createTime()).isNotNull();
  }

  @Test
  void givenCatalogWithPartitionsWhenRestartedThenItIsUnchanged() throws IOException {
    createTable();
    glue.batchCreatePartition(
        r -> r.databaseName("lake").tableName("events").partitionInputList(days(1, 3)));

    server.close();
    server = GlueServer.start(0, folder.resolve("catalog.json"));
    glue = LocalAws.glue(server.endpoint());

    assertThat(glue.getTables(r -> r.databaseName("lake")).tableList())
        .extracting(Table::name)
        .containsExactly("events");
    assertThat(partitions()).containsExactly("01", "02", "03");
  }

  @Test
  void givenExistingPartitionWhenCreatedInABatchThenOnlyItIsAnError() {
    createTable();
    glue.createPartition(
        r -> r.databaseName("lake").tableName("events").partitionInput(days(2, 2).get(0)));

    BatchCreatePartitionResponse response =
        glue.batchCreatePartition(
            r -> r.databaseName("lake").tableName("events").partitionInputList(days(1, 3)));

    assertThat(response.errors()).hasSize(1);
    assertThat(response.errors().get(0).partitionValues()).containsExactly("2026", "02");
    assertThat(response.errors().get(0).errorDetail().errorCode())
        .isEqualTo("AlreadyExistsException");
    assertThat(partitions()).containsExactly("01", "02", "03");
  }

  @Test
  void givenMoreThanAHundredPartitionsInABatchWhenCreatedThenTheErrorIsThatOfGlue() {
    createTable();

    assertThatThrownBy(
            () ->
                glue.batchCreatePartition(
                    r ->
                        r.databaseName("lake")
                            .tableName("events")
                            .partitionInputList(days(1, 101))))
        .isInstanceOf(InvalidInputException.class);
    assertThat(partitions()).isEmpty();
  }

  @Test
  void givenWrongNumberOfValuesWhenPartitionIsCreatedThenItIsRefused() {
    createTable();

    assertThatThrownBy(
            () ->
                glue.createPartition(
                    r ->
                        r.databaseName("lake")
                            .tableName("events")
                            .partitionInput(p -> p.values("2026"))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("partition keys");
  }

  @Test
  void givenPartitionsWhenUpdatedAndDeletedThenTheCatalogIsChanged() {
    createTable();
    glue.batchCreatePartition(
        r -> r.databaseName("lake").tableName("events").partitionInputList(days(1, 3)));

    glue.updatePartition(
        r ->
            r.databaseName("lake")
                .tableName("events")
                .partitionValueList("2026", "01")
                .partitionInput(
                    p ->
                        p.values("2026", "01")
                            .storageDescriptor(s -> s.location("s3://elsewhere/"))));
    glue.deletePartition(
        r -> r.databaseName("lake").tableName("events").partitionValues("2026", "02"));
    glue.batchDeletePartition(
        r ->
            r.databaseName("lake")
                .tableName("events")
                .partitionsToDelete(p -> p.values("2026", "03")));

    assertThat(partitions()).containsExactly("01");
    assertThat(
            glue.getPartition(
                    r -> r.databaseName("lake").tableName("events").partitionValues("2026", "01"))
                .partition()
                .storageDescriptor()
                .location())
        .isEqualTo("s3://elsewhere/");
  }

  @Test
  void givenSegmentsAndPagesWhenPartitionsAreReadThenEachIsReturnedOnce() {
    createTable();
    glue.batchCreatePartition(
        r -> r.databaseName("lake").tableName("events").partitionInputList(days(1, 25)));

    List<String> inSegments =
        IntStream.range(0, 3)
            .boxed()
            .flatMap(
                n ->
                    glue
                        .getPartitionsPaginator(
                            r ->
                                r.databaseName("lake")
                                    .tableName("events")
                                    .maxResults(4)
                                    .segment(s -> s.segmentNumber(n).totalSegments(3)))
                        .stream())
            .map(GetPartitionsResponse::partitions)
            .flatMap(List::stream)
            .map(p -> p.values().get(1))
            .sorted()
            .toList();

    assertThat(inSegments).hasSize(25).doesNotHaveDuplicates();
  }

  @Test
  void givenMissingEntitiesWhenReadThenTheErrorIsThatOfGlue() {
    assertThatThrownBy(() -> glue.getDatabase(r -> r.name("none")))
        .isInstanceOf(EntityNotFoundException.class);
    createTable();
    assertThatThrownBy(() -> glue.getTable(r -> r.databaseName("lake").name("none")))
        .isInstanceOf(EntityNotFoundException.class)
        .hasMessageContaining("Table none not found");
    assertThatThrownBy(this::createTable).isInstanceOf(AlreadyExistsException.class);
  }

  @Test
  void givenUpdateOfATableWhenReadThenItHasANewVersionAndKeepsItsPartitions() {
    createTable();
    glue.batchCreatePartition(
        r -> r.databaseName("lake").tableName("events").partitionInputList(days(1, 1)));

    glue.updateTable(
        r ->
            r.databaseName("lake")
                .tableInput(
                    tableInput().toBuilder()
                        .storageDescriptor(
                            s -> s.location("s3://b/events/").columns(column("id"), column("x")))
                        .build()));

    Table table = glue.getTable(r -> r.databaseName("lake").name("events")).table();
    assertThat(table.versionId()).isEqualTo("1");
    assertThat(table.storageDescriptor().columns()).hasSize(2);
    assertThat(partitions()).containsExactly("01");
  }

  @Test
  void givenUnknownActionOrBodyWhenCalledThenItIsRejectedAndTheServerContinues() throws Exception {
    assertThat(post("AWSGlue.StartJobRun", "{}").statusCode()).isEqualTo(400);
    assertThat(post("AWSGlue.GetDatabases", "no json").statusCode()).isEqualTo(400);
    assertThat(post("AWSGlue.CreateTable", "{\"DatabaseName\":7}").body())
        .contains("InvalidInputException");
    assertThat(post("AWSGlue.GetDatabases", "{}").statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> post(String target, String body) throws Exception {
    URI uri = server.endpoint();
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("X-Amz-Target", target)
            .POST(BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }

  private void createTable() {
    if (glue.getDatabases(r -> {}).databaseList().isEmpty()) {
      glue.createDatabase(r -> r.databaseInput(d -> d.name("Lake")));
    }
    glue.createTable(r -> r.databaseName("lake").tableInput(tableInput()));
  }

  private static TableInput tableInput() {
    return TableInput.builder()
        .name("events")
        .parameters(Map.of("classification", "parquet"))
        .partitionKeys(column("year"), column("day"))
        .storageDescriptor(s -> s.location("s3://b/events/").columns(column("id")))
        .build();
  }

  private static Column column(String name) {
    return Column.builder().name(name).type("string").build();
  }

  private static List<PartitionInput> days(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(day -> PartitionInput.builder().values("2026", String.format("%02d", day)))
        .map(PartitionInput.Builder::build)
        .toList();
  }

  private List<String> partitions() {
    return glue.getPartitions(r -> r.databaseName("lake").tableName("events")).partitions().stream()
        .map(Partition::values)
        .map(values -> values.get(1))
        .sorted()
        .toList();
  }
}
