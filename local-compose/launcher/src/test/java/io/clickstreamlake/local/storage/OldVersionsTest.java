package io.clickstreamlake.local.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Deletes old versions in a model of a bucket with versioning. */
class OldVersionsTest {

  private static final String TABLE = "click_events/year=2026/month=11/day=20/";

  private final Bucket s3 = new Bucket();

  @Test
  void givenRunsThatChangedObjectsWhenVersionsAreDeletedThenOnlyTheNewestOfTheseIsLeft() {
    s3.put(TABLE + "a.parquet", "old");
    s3.put(TABLE + "a.parquet", "older run");
    s3.put(TABLE + "a.parquet", "new");
    s3.put(TABLE + "a.parquet.other", "old");
    s3.put(TABLE + "a.parquet.other", "new");
    s3.put(TABLE + "gone.parquet", "old");
    s3.remove(TABLE + "gone.parquet");
    s3.announce("crashed", "1", TABLE + "a.parquet");
    s3.announce("later", "1", TABLE + "gone.parquet");
    s3.announce("later", "2", TABLE + "a.parquet");

    OldVersions.Result result = versions().delete();

    assertThat(s3.versions(TABLE + "a.parquet")).containsExactly("new");
    assertThat(s3.versions(TABLE + "a.parquet.other")).containsExactly("old", "new");
    assertThat(s3.versions(TABLE + "gone.parquet")).isEmpty();
    assertThat(result).isEqualTo(new OldVersions.Result(2, 4, new TreeSet<>()));
    assertThat(versions().delete()).isEqualTo(new OldVersions.Result(0, 0, new TreeSet<>()));
  }

  @Test
  void givenARunThatIsNotFinishedWhenVersionsAreDeletedThenItsObjectsWaitForTheNextTime() {
    s3.put(TABLE + "a.parquet", "old");
    s3.put(TABLE + "a.parquet", "new");
    s3.announce("crashed", "1", TABLE + "a.parquet");
    s3.put("_erase/running/crashed", "{}");

    versions().delete();
    assertThat(s3.versions(TABLE + "a.parquet")).hasSize(2);

    s3.entries.removeIf(entry -> entry.key().equals("_erase/running/crashed"));
    versions().delete();
    assertThat(s3.versions(TABLE + "a.parquet")).containsExactly("new");
  }

  @Test
  void givenACrashAfterAnyDeletionWhenItIsRepeatedThenTheVersionsAreGone() {
    for (int crash = 0; crash < 5; crash++) {
      Bucket bucket = new Bucket();
      for (String content : List.of("1", "2", "3", "4")) {
        bucket.put(TABLE + "a.parquet", content);
        bucket.put(TABLE + "b.parquet", content);
      }
      bucket.remove(TABLE + "b.parquet");
      bucket.announce("r", "1", TABLE + "a.parquet");
      bucket.announce("r", "2", TABLE + "b.parquet");
      bucket.deletionsLeft = crash;
      try {
        new OldVersions(bucket, URI.create("s3://lake")).delete();
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("crash");
      }
      bucket.deletionsLeft = Integer.MAX_VALUE;

      new OldVersions(bucket, URI.create("s3://lake")).delete();

      assertThat(bucket.versions(TABLE + "a.parquet")).containsExactly("4");
      assertThat(bucket.versions(TABLE + "b.parquet")).isEmpty();
    }
  }

  @Test
  void givenABucketWithoutVersioningWhenVersionsAreDeletedThenTheResultSaysSo() {
    s3.versioned = false;
    s3.put(TABLE + "a.parquet", "new");
    s3.announce("r", "1", TABLE + "a.parquet");

    assertThat(versions().delete().withoutVersioning()).containsExactly("lake");
    assertThat(s3.versions(TABLE + "a.parquet")).containsExactly("new");
  }

  private OldVersions versions() {
    return new OldVersions(s3, URI.create("s3://lake"));
  }

  /** One version of an object, or a delete marker. */
  private record Entry(String key, String id, String content) {
    boolean isMarker() {
      return content == null;
    }
  }

  /** A bucket with all versions, oldest first; two entries in each page of versions. */
  private static final class Bucket implements S3Client {

    private final List<Entry> entries = new ArrayList<>();
    private boolean versioned = true;
    private int deletionsLeft = Integer.MAX_VALUE;
    private int nextId;

    void put(String key, String content) {
      entries.add(new Entry(key, "v" + nextId++, content));
    }

    void remove(String key) {
      entries.add(new Entry(key, "v" + nextId++, null));
    }

    void announce(String run, String name, String key) {
      put("_erase/runs/" + run + "/intents/" + name, "{\"path\": \"s3://lake/" + key + "\"}");
    }

    /** Contents of all versions, and null for delete markers. */
    List<String> versions(String key) {
      return entries.stream().filter(e -> e.key().equals(key)).map(Entry::content).toList();
    }

    private boolean isLatest(Entry entry) {
      return entries.stream().filter(e -> e.key().equals(entry.key())).reduce((a, b) -> b).get()
          == entry;
    }

    @Override
    public GetBucketVersioningResponse getBucketVersioning(GetBucketVersioningRequest request) {
      if (!versioned) {
        throw S3Exception.builder().statusCode(501).message("NotImplemented").build();
      }
      return GetBucketVersioningResponse.builder().status(BucketVersioningStatus.ENABLED).build();
    }

    @Override
    public ListObjectsV2Response listObjectsV2(ListObjectsV2Request request) {
      return ListObjectsV2Response.builder()
          .isTruncated(false)
          .contents(
              entries.stream()
                  .filter(e -> e.key().startsWith(request.prefix()) && isLatest(e) && !e.isMarker())
                  .map(e -> S3Object.builder().key(e.key()).build())
                  .toList())
          .build();
    }

    @Override
    public ListObjectVersionsResponse listObjectVersions(ListObjectVersionsRequest request) {
      int from =
          request.versionIdMarker() == null ? 0 : Integer.parseInt(request.versionIdMarker());
      List<Entry> all = entries.stream().filter(e -> e.key().startsWith(request.prefix())).toList();
      List<Entry> page = all.subList(Math.min(from, all.size()), Math.min(from + 2, all.size()));
      boolean isTruncated = from + 2 < all.size();
      return ListObjectVersionsResponse.builder()
          .isTruncated(isTruncated)
          .nextKeyMarker(isTruncated ? request.prefix() : null)
          .nextVersionIdMarker(isTruncated ? Integer.toString(from + 2) : null)
          .versions(
              page.stream()
                  .filter(e -> !e.isMarker())
                  .map(
                      e ->
                          ObjectVersion.builder()
                              .key(e.key())
                              .versionId(e.id())
                              .isLatest(isLatest(e))
                              .build())
                  .toList())
          .deleteMarkers(
              page.stream()
                  .filter(Entry::isMarker)
                  .map(
                      e ->
                          DeleteMarkerEntry.builder()
                              .key(e.key())
                              .versionId(e.id())
                              .isLatest(isLatest(e))
                              .build())
                  .toList())
          .build();
    }

    @Override
    public DeleteObjectResponse deleteObject(DeleteObjectRequest request) {
      if (deletionsLeft-- == 0) {
        throw new IllegalStateException("crash");
      }
      assertThat(request.versionId()).isNotNull();
      entries.removeIf(e -> e.key().equals(request.key()) && e.id().equals(request.versionId()));
      return DeleteObjectResponse.builder().build();
    }

    @Override
    public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
      put(request.key(), "{}");
      return PutObjectResponse.builder().build();
    }

    @Override
    public ResponseBytes<GetObjectResponse> getObjectAsBytes(GetObjectRequest request) {
      Entry entry =
          entries.stream().filter(e -> e.key().equals(request.key())).reduce((a, b) -> b).get();
      return ResponseBytes.fromByteArray(
          GetObjectResponse.builder().build(), entry.content().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String serviceName() {
      return "s3";
    }

    @Override
    public void close() {}
  }
}
