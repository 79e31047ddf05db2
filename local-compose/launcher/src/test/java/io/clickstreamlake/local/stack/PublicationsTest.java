package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicationsTest {

  @TempDir private Path folder;

  @Test
  void givenNoTablesWhenReadThenNothingWasPublished() {
    assertThat(newest()).isEmpty();
  }

  @Test
  void givenOnlyTheFirstStartWhenReadThenNothingWasPublished() throws IOException {
    entry("click_events", "20261120T130000Z-committed-4f0c2a9be1d37788-0-1c0ffee2a4b9d016");

    assertThat(newest()).isEmpty();
  }

  @Test
  void givenPublicationsOfSeveralTablesWhenReadThenTheNewestCounts() throws IOException {
    entry("click_events", "20261120T130000Z-committed-4f0c2a9be1d37788-42-1c0ffee2a4b9d016");
    entry(
        "ledger",
        "20261120T140000Z-restored-90aa17c2d4e5b600-42-1c0ffee2a4b9d016-of-4f0c2a9be1d37788");
    entry("ledger", "20261120T150000Z-committed-90aa17c2d4e5b601-0-1c0ffee2a4b9d017");
    entry("ledger", "something-else");

    assertThat(newest()).contains(Instant.parse("2026-11-20T14:00:00Z"));
  }

  private java.util.Optional<Instant> newest() {
    return new Publications(new StateFolder(folder)).newest();
  }

  private void entry(String table, String name) throws IOException {
    Path log =
        Files.createDirectories(folder.resolve("s3/processed/_sink/" + table + "/published"));
    Files.writeString(log.resolve(name), "{}");
  }
}
