package io.clickstreamlake.local.chaos;

import io.clickstreamlake.local.storage.Buckets;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The permissions that requests to S3 need: the IAM actions that Amazon's reference documents per
 * operation. The parts of a key that differ between runs, such as numbers and dates, are
 * normalized.
 */
final class S3Permissions {

  private S3Permissions() {}

  /**
   * Lines such as {@code s3:PutObject {processed}/ledger/year=2026/month=01/day=02/part.parquet}.
   *
   * @param requestLines such as {@code PUT /bucket/key?partNumber=1 HTTP/1.1}
   */
  static Set<String> of(Collection<String> requestLines) {
    return requestLines.stream()
        .map(S3Permissions::permission)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String permission(String requestLine) {
    String[] parts = requestLine.split(" ");
    URI target = URI.create(parts[1]);
    String query = target.getRawQuery() == null ? "" : target.getRawQuery();
    String[] path = target.getRawPath().substring(1).split("/", 2);
    String bucket = path[0].equals(Buckets.PROCESSED) ? "{processed}" : path[0];
    if (path.length == 1 || path[1].isEmpty()) {
      return bucketAction(parts[0], query) + ' ' + bucket;
    }
    String key = URLDecoder.decode(path[1], StandardCharsets.UTF_8);
    return objectAction(parts[0], query) + ' ' + bucket + '/' + normalized(key);
  }

  private static String bucketAction(String method, String query) {
    if (method.equals("GET") && has(query, "uploads")) {
      return "s3:ListBucketMultipartUploads";
    }
    if (method.equals("GET") && has(query, "location")) {
      return "s3:GetBucketLocation";
    }
    // HeadBucket needs this action, too.
    return "s3:ListBucket";
  }

  private static String objectAction(String method, String query) {
    return switch (method) {
      case "GET" -> has(query, "uploadId") ? "s3:ListMultipartUploadParts" : "s3:GetObject";
      case "HEAD" -> "s3:GetObject";
      case "DELETE" -> has(query, "uploadId") ? "s3:AbortMultipartUpload" : "s3:DeleteObject";
      default -> "s3:PutObject";
    };
  }

  private static boolean has(String query, String parameter) {
    return ("&" + query).matches(".*&" + parameter + "([=&].*)?");
  }

  private static String normalized(String key) {
    return key.replaceAll("year=\\d+", "year=2026")
        .replaceAll("month=\\d+", "month=01")
        .replaceAll("day=\\d+", "day=02")
        .replaceAll("[^/]+\\.parquet$", "part.parquet")
        .replaceAll("(_sink/\\w+/\\w+)/[^/]+$", "$1/0")
        .replaceAll("(_sink/settings)/[^/]+$", "$1/0");
  }
}
