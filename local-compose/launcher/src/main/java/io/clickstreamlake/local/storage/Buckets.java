package io.clickstreamlake.local.storage;

import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;

/** The buckets of the lake, with their names on this machine. */
public final class Buckets {

  public static final String RAW = "raw";
  public static final String PROCESSED = "processed";
  public static final String ATHENA_RESULTS = "athena-results";

  public static final List<String> ALL = List.of(RAW, PROCESSED, ATHENA_RESULTS);

  private Buckets() {}

  /** Creates the buckets that do not exist. */
  public static void createMissing(S3Client s3) {
    for (String bucket : ALL) {
      try {
        s3.createBucket(request -> request.bucket(bucket));
      } catch (BucketAlreadyOwnedByYouException e) {
        // From an earlier start on the same state folder.
      }
    }
  }
}
