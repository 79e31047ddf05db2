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
 * Lists only objects that are there whole, as S3 does. S3Proxy on a file system writes the object
 * {@code KEY} as the file {@code KEY-UUID} and renames it at the end: until then its own listings
 * show that file, which a reader finds cut off, or gone.
 *
 * <p>So an object whose own key ends in {@code -UUID} is stored but not listed. The lake has none.
 * A page of a listing may be shorter than was asked for, which S3 allows itself too.
 */
final class WholeObjects extends ForwardingBlobStore {

  private static final Pattern UNDER_WAY =
      Pattern.compile(".*-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  WholeObjects(BlobStore files) {
    super(files);
  }

  @Override
  public ListObjectsV2Response list(ListObjectsV2Request request) {
    ListObjectsV2Response page = super.list(request);
    List<S3Object> whole = whole(page.contents());
    return page.toBuilder()
        .contents(whole)
        .keyCount(whole.size() + page.commonPrefixes().size())
        .build();
  }

  @Override
  public ListObjectsResponse listV1(ListObjectsRequest request) {
    ListObjectsResponse page = super.listV1(request);
    return page.toBuilder().contents(whole(page.contents())).build();
  }

  private static List<S3Object> whole(List<S3Object> objects) {
    return objects.stream().filter(object -> !UNDER_WAY.matcher(object.key()).matches()).toList();
  }
}
