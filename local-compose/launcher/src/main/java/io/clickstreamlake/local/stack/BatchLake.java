package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.storage.OldVersions;
import io.clickstreamlake.local.storage.OpenUpload;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A lake that a batch works on: its settings, its storage and its catalog. */
public interface BatchLake extends AutoCloseable {

  /** File with the settings of the job that writes the tables. */
  Path settings();

  /** Folder with the settings of Flink for the storage. */
  Path flinkConfiguration();

  /** Log of the batch. */
  Path log();

  /** Environment variables for the access to the storage. */
  Map<String, String> environment();

  /** URI of the raw archive; empty if the job reads files. */
  Optional<String> archive();

  /** URI of the records that Firehose could not deliver. */
  Optional<String> failedDeliveries();

  /** Adds new days to the catalog. */
  void crawl();

  /** Deletes the old versions of the objects from which rows were erased. */
  OldVersions.Result deleteOldVersions();

  /** The uploads to the tables that were begun before this time, and are not completed. */
  List<OpenUpload> uploadsBefore(Instant time);

  @Override
  void close();
}
