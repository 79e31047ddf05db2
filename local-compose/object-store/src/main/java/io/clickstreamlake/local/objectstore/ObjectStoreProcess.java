package io.clickstreamlake.local.objectstore;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;

/**
 * The process that is S3 on this machine: S3Proxy, which lists {@linkplain WholeObjects whole
 * objects} only.
 */
public final class ObjectStoreProcess {

  private ObjectStoreProcess() {}

  /**
   * @param args a file with S3Proxy's own settings
   */
  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      System.err.println("usage: ObjectStoreProcess PROPERTIES");
      System.exit(2);
    }
    S3Proxy s3 = of(read(Path.of(args[0])));
    s3.start();
    System.out.println("S3 answers at port " + s3.getPort());
  }

  /**
   * @param settings {@code s3proxy.*} as S3Proxy documents them, {@code jclouds.provider} and
   *     {@code jclouds.filesystem.basedir}
   */
  static S3Proxy of(Properties settings) throws Exception {
    return S3Proxy.Builder.fromProperties(settings)
        .blobStore(
            new WholeObjects(BlobStores.create(settings.getProperty("jclouds.provider"), settings)))
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
