package io.clickstreamlake.local.archive;

import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A bucket in S3 as the store of the archive. */
record S3ObjectStore(S3Client s3, String bucket) implements ObjectStore {

  @Override
  public void put(String key, byte[] content) {
    try {
      s3.putObject(r -> r.bucket(bucket).key(key), RequestBody.fromBytes(content));
    } catch (S3Exception e) {
      if (e.statusCode() >= 500 || e.isThrottlingException()) {
        throw e;
      }
      throw new RefusedException(e.awsErrorDetails().errorCode(), e.getMessage(), e);
    }
  }
}
