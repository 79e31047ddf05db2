package io.clickstreamlake.local.storage;

import java.time.Instant;
import java.util.List;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An upload that is not completed.
 *
 * @param object that it would become
 */
public record OpenUpload(String object, Instant begun) {

  /** The uploads of a bucket that were begun before this time. */
  public static List<OpenUpload> before(S3Client s3, String bucket, Instant time) {
    return s3.listMultipartUploadsPaginator(request -> request.bucket(bucket)).uploads().stream()
        .filter(upload -> upload.initiated().isBefore(time))
        .map(upload -> new OpenUpload("s3://" + bucket + "/" + upload.key(), upload.initiated()))
        .toList();
  }
}
