package io.clickstreamlake.local.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The old versions of the objects from which rows were erased. In a bucket with versioning S3 keeps
 * what an erasure replaces or deletes; here exactly these versions, and delete markers, go.
 *
 * <pre>
 *   _erase/running/RUN            the run is not finished: its objects wait for the next time
 *   _erase/runs/RUN/intents/FILE  names an object that the run changed
 *   _erase/runs/RUN/versions-done written here, last: the old versions of the run are gone
 * </pre>
 *
 * <p>So runs that crashed are covered, and so is a crash in this step. To repeat it is harmless.
 */
public final class OldVersions {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DONE = "versions-done";

  /** S3 and its stand-ins refuse what they do not have with one of these. */
  private static final Set<Integer> NOT_THERE = Set.of(405, 501);

  /**
   * What was done.
   *
   * @param objects whose versions were inspected
   * @param deleted versions and delete markers that are gone
   * @param withoutVersioning buckets that never had versions
   */
  public record Result(int objects, int deleted, Set<String> withoutVersioning) {}

  private final S3Client s3;
  private final String bucket;
  private final String prefix;
  private final Map<String, Boolean> versioned = new HashMap<>();

  /**
   * @param lake {@code sink.path}, such as {@code s3://BUCKET}
   */
  public OldVersions(S3Client s3, URI lake) {
    if (lake.getAuthority() == null) {
      throw new LakeException(lake + " names no bucket. Write s3://BUCKET.");
    }
    this.s3 = s3;
    this.bucket = lake.getAuthority();
    String path = lake.getPath().replaceAll("^/+|/+$", "");
    this.prefix = (path.isEmpty() ? "" : path + "/") + "_erase/";
  }

  /**
   * Deletes the old versions of what all finished erasures have changed.
   *
   * @throws LakeException if a version is still there afterwards
   */
  public Result delete() {
    Set<String> unfinished = new TreeSet<>();
    keys(prefix + "running/").forEach(key -> unfinished.add(name(key)));
    Map<String, List<String>> intents = new HashMap<>();
    Set<String> done = new TreeSet<>();
    String runs = prefix + "runs/";
    for (String key : keys(runs)) {
      String[] parts = key.substring(runs.length()).split("/");
      if (parts.length == 2 && parts[1].equals(DONE)) {
        done.add(parts[0]);
      } else if (parts.length == 3 && parts[1].equals("intents")) {
        intents.computeIfAbsent(parts[0], run -> new ArrayList<>()).add(key);
      }
    }
    intents.keySet().removeAll(done);
    intents.keySet().removeAll(unfinished);
    Set<URI> changed = new LinkedHashSet<>();
    intents.values().forEach(keys -> keys.forEach(key -> changed.add(path(key))));
    int deleted = 0;
    for (URI object : changed) {
      deleted += deleteOldVersions(object);
    }
    for (String run : new TreeSet<>(intents.keySet())) {
      s3.putObject(
          r -> r.bucket(bucket).key(runs + run + "/" + DONE), RequestBody.fromString("{}"));
    }
    Set<String> without = new TreeSet<>(versioned.keySet());
    without.removeIf(versioned::get);
    return new Result(changed.size(), deleted, without);
  }

  private List<String> keys(String folder) {
    return s3.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(folder)).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  private static String name(String key) {
    return key.substring(key.lastIndexOf('/') + 1);
  }

  /** The object that an announcement names. */
  private URI path(String intent) {
    try {
      JsonNode json =
          JSON.readTree(s3.getObjectAsBytes(r -> r.bucket(bucket).key(intent)).asByteArrayUnsafe());
      return URI.create(json.required("path").asText());
    } catch (IOException | IllegalArgumentException e) {
      throw new LakeException("s3://" + bucket + "/" + intent + " is damaged.", e);
    }
  }

  private int deleteOldVersions(URI object) {
    String of = object.getAuthority();
    String key = object.getPath().substring(1);
    if (!versioned.computeIfAbsent(of, this::hasVersions)) {
      return 0;
    }
    int deleted = 0;
    List<String> left = old(of, key);
    for (String version : left) {
      s3.deleteObject(r -> r.bucket(of).key(key).versionId(version));
      deleted++;
    }
    if (!left.isEmpty() && !old(of, key).isEmpty()) {
      throw new LakeException(
          "Old versions of " + object + " are still there. Repeat the command.");
    }
    return deleted;
  }

  private boolean hasVersions(String of) {
    try {
      BucketVersioningStatus status = s3.getBucketVersioning(r -> r.bucket(of)).status();
      // A suspended bucket keeps what it had before.
      return status == BucketVersioningStatus.ENABLED || status == BucketVersioningStatus.SUSPENDED;
    } catch (S3Exception e) {
      if (NOT_THERE.contains(e.statusCode())) {
        return false;
      }
      throw e;
    }
  }

  /** The versions of an object except for the newest, and last its delete markers, newest too. */
  private List<String> old(String of, String key) {
    List<String> versions = new ArrayList<>();
    List<String> markers = new ArrayList<>();
    for (ListObjectVersionsResponse page :
        s3.listObjectVersionsPaginator(r -> r.bucket(of).prefix(key))) {
      page.versions().stream()
          .filter(version -> version.key().equals(key) && !version.isLatest())
          .forEach(version -> versions.add(version.versionId()));
      page.deleteMarkers().stream()
          .filter(marker -> marker.key().equals(key))
          .forEach(marker -> markers.add(marker.versionId()));
    }
    versions.addAll(markers);
    return versions;
  }
}
