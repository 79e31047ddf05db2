package io.clickstreamlake.local.objectstore;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;

/**
 * The process of the local S3: S3Proxy, restricted to listings of {@linkplain CompleteObjects
 * complete objects}.
 */
public final class ObjectStoreProcess {

  private ObjectStoreProcess() {}

  /**
   * @param args file with the settings of S3Proxy
   */
  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      System.err.println("usage: ObjectStoreProcess PROPERTIES");
      System.exit(2);
    }
    S3Proxy s3 = of(read(Path.of(args[0])));
    s3.start();
    System.out.println("S3 listens on port " + s3.getPort());
  }

  /**
   * @param settings S3Proxy's settings {@code s3proxy.*}, {@code jclouds.provider} and {@code
   *     jclouds.filesystem.basedir}
   */
  static S3Proxy of(Properties settings) throws Exception {
    return S3Proxy.Builder.fromProperties(settings)
        .blobStore(
            new CompleteObjects(
                BlobStores.create(settings.getProperty("jclouds.provider"), settings)))
        .build();
  }

  private static Properties read(Path file) throws IOException {
    Properties settings = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      settings.load(in);
    }
    return settings;
  }
}
