package io.clickstreamlake.local.objectstore;

import java.util.List;
import java.util.regex.Pattern;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A blob store that lists only complete objects, like S3. On a file system S3Proxy writes the
 * object {@code KEY} to the file {@code KEY-UUID} and renames it at the end. Until then its
 * listings contain that file, which is truncated, or missing when it is read.
 *
 * <p>As a consequence, an object with a key that ends in {@code -UUID} is stored but not listed.
 * The lake has no such keys. A page of a listing may be shorter than requested, as in S3.
 */
final class CompleteObjects extends ForwardingBlobStore {

  private static final Pattern INCOMPLETE =
      Pattern.compile(".*-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  CompleteObjects(BlobStore files) {
    super(files);
  }

  @Override
  public ListObjectsV2Response list(ListObjectsV2Request request) {
    ListObjectsV2Response page = super.list(request);
    List<S3Object> complete = complete(page.contents());
    return page.toBuilder()
        .contents(complete)
        .keyCount(complete.size() + page.commonPrefixes().size())
        .build();
  }

  @Override
  public ListObjectsResponse listV1(ListObjectsRequest request) {
    ListObjectsResponse page = super.listV1(request);
    return page.toBuilder().contents(complete(page.contents())).build();
  }

  private static List<S3Object> complete(List<S3Object> objects) {
    return objects.stream().filter(object -> !INCOMPLETE.matcher(object.key()).matches()).toList();
  }
}
