package io.clickstreamlake.local.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.storage.OldVersions;
import io.clickstreamlake.local.storage.OpenUpload;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.glue.GlueClient;
import software.amazon.awssdk.services.glue.model.CrawlerRunningException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A lake on AWS, as an object of Terraform describes it ({@code terraform output lake_url}): the
 * settings of the job, and beside them
 *
 * <pre>
 *   lake.region          region of everything
 *   lake.archive         URI of the raw archive; absent if the job reads files
 *   lake.archive-errors  URI of the failed deliveries
 *   lake.crawlers        names, separated by commas; empty with partition projection
 *   lake.flink.NAME      setting of Flink for the storage, such as lake.flink.s3.endpoint
 * </pre>
 *
 * <p>Credentials are those of the AWS SDK: environment variables, the role of a container or of an
 * instance, or a profile of the AWS CLI.
 */
public final class AwsLake implements BatchLake {

  private static final String OWN = "lake.";
  private static final String OF_FLINK = "lake.flink.";

  /** As the job's JobOptions.PROPERTY_GROUP. */
  private static final String PROPERTY_GROUP = "clickstream-lake";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ProjectFiles project;
  private final Map<String, String> description;
  private final Path folder;
  private final Path log;
  private final Region region;
  private final S3Client s3;

  private AwsLake(
      ProjectFiles project, Map<String, String> description, Path log, Region region, S3Client s3)
      throws IOException {
    this.project = project;
    this.description = description;
    this.log = log;
    this.region = region;
    this.s3 = s3;
    this.folder = Files.createTempDirectory("lake-aws-");
    Map<String, String> settings = new TreeMap<>(description);
    settings.keySet().removeIf(name -> name.startsWith(OWN));
    JSON.writeValue(
        settings().toFile(),
        List.of(Map.of("PropertyGroupId", PROPERTY_GROUP, "PropertyMap", settings)));
    Map<String, String> flink = new TreeMap<>(Map.of("s3.endpoint.region", region.id()));
    description.forEach(
        (name, value) -> {
          if (name.startsWith(OF_FLINK)) {
            flink.put(name.substring(OF_FLINK.length()), value);
          }
        });
    Files.createDirectories(flinkConfiguration());
    // JSON is YAML.
    JSON.writeValue(flinkConfiguration().resolve("config.yaml").toFile(), flink);
  }

  /**
   * Reads the description.
   *
   * @param url of the object: {@code s3://BUCKET/config/lake.properties}
   * @param log of batches
   * @throws LakeException if it cannot be read, with the cause
   */
  public static AwsLake open(Path root, URI url, Path log) {
    return open(root, url, log, AwsLake::client);
  }

  /** Region by which the bucket is found if none is set; S3 redirects to the right one. */
  private static Region defaultRegion() {
    try {
      return DefaultAwsRegionProviderChain.builder().build().getRegion();
    } catch (SdkException e) {
      return Region.US_EAST_1;
    }
  }

  private static S3Client client(Region region) {
    return S3Client.builder()
        .region(region)
        .crossRegionAccessEnabled(true)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  static AwsLake open(Path root, URI url, Path log, Function<Region, S3Client> clients) {
    if (!"s3".equals(url.getScheme()) || url.getAuthority() == null || url.getPath().length() < 2) {
      throw new LakeException(
          "--aws " + url + " is not s3://BUCKET/KEY. terraform output -raw lake_url prints it.");
    }
    try {
      // The region is in the object, so the bucket may be in another one than the default.
      Map<String, String> description;
      try (S3Client any = clients.apply(defaultRegion())) {
        description = description(any, url);
      }
      if (!description.containsKey("lake.region")) {
        throw new LakeException(
            url
                + " does not describe a lake: lake.region is missing. terraform output -raw lake_url"
                + " prints the right URL.");
      }
      Region region = Region.of(description.get("lake.region"));
      return new AwsLake(new ProjectFiles(root), description, log, region, clients.apply(region));
    } catch (IOException | SdkException e) {
      throw new LakeException(
          "The lake at "
              + url
              + " cannot be read: "
              + e.getMessage()
              + " Check the URL, the credentials (aws sts get-caller-identity), the policy batch, and"
              + " AWS_REGION.",
          e);
    }
  }

  private static Map<String, String> description(S3Client s3, URI url) throws IOException {
    String text =
        s3.getObjectAsBytes(get -> get.bucket(url.getAuthority()).key(url.getPath().substring(1)))
            .asString(StandardCharsets.UTF_8);
    Properties properties = new Properties();
    properties.load(new StringReader(text));
    Map<String, String> description = new TreeMap<>();
    properties.stringPropertyNames().forEach(n -> description.put(n, properties.getProperty(n)));
    return description;
  }

  @Override
  public Path settings() {
    return folder.resolve("settings.json");
  }

  @Override
  public Path flinkConfiguration() {
    return folder.resolve("conf");
  }

  @Override
  public Path log() {
    return log;
  }

  @Override
  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("FLINK_PLUGINS_DIR", project.flinkPlugins().toString());
    environment.put("AWS_REGION", region.id());
    // Flink's client of S3 finds everything but profiles.
    if (System.getenv("AWS_ACCESS_KEY_ID") == null
        && System.getenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") == null) {
      profile().ifPresent(credentials -> put(credentials, environment));
    }
    return environment;
  }

  private static Optional<AwsCredentials> profile() {
    try (ProfileCredentialsProvider provider = ProfileCredentialsProvider.create()) {
      return Optional.of(provider.resolveCredentials());
    } catch (SdkException e) {
      return Optional.empty(); // There is none: an instance has a role.
    }
  }

  private static void put(AwsCredentials credentials, Map<String, String> environment) {
    environment.put("AWS_ACCESS_KEY_ID", credentials.accessKeyId());
    environment.put("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey());
    if (credentials instanceof AwsSessionCredentials session) {
      environment.put("AWS_SESSION_TOKEN", session.sessionToken());
    }
  }

  @Override
  public Optional<String> archive() {
    return Optional.ofNullable(description.get("lake.archive"));
  }

  @Override
  public Optional<String> failedDeliveries() {
    return Optional.ofNullable(description.get("lake.archive-errors"));
  }

  @Override
  public void crawl() {
    String names = description.getOrDefault("lake.crawlers", "");
    if (names.isBlank()) {
      return;
    }
    try (GlueClient glue =
        GlueClient.builder()
            .region(region)
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build()) {
      for (String name : names.split(",")) {
        try {
          glue.startCrawler(start -> start.name(name.strip()));
        } catch (CrawlerRunningException e) {
          // It may have passed the new days already; the next run of its schedule finds them.
        }
      }
    } catch (SdkException e) {
      throw new LakeException(
          "The rows are written, but the crawler "
              + names
              + " cannot be started, so new days are visible after its next run: "
              + e.getMessage(),
          e);
    }
  }

  private URI lake() {
    return URI.create(description.getOrDefault("sink.path", ""));
  }

  @Override
  public OldVersions.Result deleteOldVersions() {
    return new OldVersions(s3, lake()).delete();
  }

  @Override
  public List<OpenUpload> uploadsBefore(Instant time) {
    return OpenUpload.before(s3, lake().getAuthority(), time);
  }

  @Override
  public void close() {
    s3.close();
    try {
      Files.deleteIfExists(flinkConfiguration().resolve("config.yaml"));
      Files.deleteIfExists(flinkConfiguration());
      Files.deleteIfExists(settings());
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new LakeException(folder + " cannot be deleted: " + e.getMessage(), e);
    }
  }
}
