package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.tables.LakeTable;
import io.clickstreamlake.tables.StoredTable;
import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that the job jar runs on Managed Service for Apache Flink: Java 11, within its limits. */
class JobJarIT {

  private static final int JAVA_11 = 55;

  private static final List<String> LIBRARIES =
      List.of(
          "org/apache/hadoop/",
          "org/apache/parquet/",
          "org/apache/flink/formats/parquet/",
          "com/fasterxml/jackson/",
          "org/yaml/snakeyaml/",
          "com/google/re2j/",
          "com/networknt/",
          "com/ethlo/time/",
          "com/google/common/",
          "com/ctc/wstx/",
          "org/codehaus/stax2/");

  private static final String RELOCATED = "io/clickstreamlake/shaded/";

  /**
   * Packages that may match Flink's parent-first patterns: Flink's connectors and formats, which
   * clusters do not have or have in the same version; annotations, which are never loaded; and
   * logging, for which the cluster's version is the right one.
   */
  private static final List<String> MAY_COME_FROM_THE_CLUSTER =
      List.of(
          "org.apache.flink.kinesis.",
          "org.apache.flink.connector.",
          "org.apache.flink.streaming.",
          "org.apache.flink.formats.avro.",
          "javax.annotation.",
          "org.apache.commons.logging.");

  @Test
  void givenTheJobJarWhenOpenedThenNoClassNeedsMoreThanJava11() throws IOException {
    List<String> tooNew = new ArrayList<>();
    int classes = 0;
    try (JarFile jar = new JarFile(jobJar().toFile())) {
      for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
        JarEntry entry = entries.nextElement();
        if (entry.getName().endsWith(".class")) {
          classes++;
          try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
            assertThat(in.readInt()).as(entry.getName()).isEqualTo(0xCAFEBABE);
            in.readUnsignedShort();
            int version = in.readUnsignedShort();
            if (version > JAVA_11) {
              tooNew.add(entry.getName() + " " + version);
            }
          }
        }
      }
    }
    assertThat(classes).isGreaterThan(5000);
    assertThat(tooNew).isEmpty();
  }

  @Test
  void givenTheJobJarWhenOpenedThenItHoldsTheJobAndNotFlinkItself() throws IOException {
    try (JarFile jar = new JarFile(jobJar().toFile())) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
          .isEqualTo(ClickstreamJob.class.getName());
      assertThat(
              jar.getEntry(
                  "org/apache/flink/streaming/connectors/kinesis/FlinkKinesisConsumer.class"))
          .isNotNull();
      assertThat(jar.getEntry(RELOCATED + "org/apache/parquet/hadoop/ParquetWriter.class"))
          .isNotNull();
      assertThat(jar.getEntry("contract/click_event.avsc")).isNotNull();
      assertThat(jar.getEntry("org/apache/flink/runtime/taskmanager/Task.class")).isNull();
      assertThat(jar.getEntry("org/apache/flink/fs/s3hadoop/S3FileSystemFactory.class")).isNull();
      assertThat(jar.getEntry("org/apache/logging/log4j/core/Logger.class")).isNull();
      assertThat(jar.stream().map(JarEntry::getName))
          .as("programs of the Kinesis Producer Library, which the job does not use")
          .noneMatch(name -> name.startsWith("amazon-kinesis-producer-native-binaries/"));
    }
  }

  @Test
  void givenFlinksParentFirstPatternsWhenTheJobJarIsOpenedThenTheClusterReplacesNoLibrary()
      throws IOException {
    List<String> parentFirst =
        List.of(CoreOptions.getParentFirstLoaderPatterns(new Configuration()));
    assertThat(parentFirst).contains("org.apache.hadoop.", "org.apache.flink.");
    List<String> replaceable = new ArrayList<>();
    try (JarFile jar = new JarFile(jobJar().toFile())) {
      for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
        String name = entry.getName().replace('/', '.');
        if (name.endsWith(".class")
            && parentFirst.stream().anyMatch(name::startsWith)
            && MAY_COME_FROM_THE_CLUSTER.stream().noneMatch(name::startsWith)) {
          replaceable.add(name);
        }
      }
    }
    assertThat(replaceable).isEmpty();
  }

  @Test
  void givenRelocatedLibrariesWhenTheJobJarIsOpenedThenNoneHasItsOriginalName() throws IOException {
    try (JarFile jar = new JarFile(jobJar().toFile())) {
      List<String> names = jar.stream().map(JarEntry::getName).toList();
      assertThat(LIBRARIES)
          .allSatisfy(
              library -> {
                assertThat(names).noneMatch(name -> name.startsWith(library));
                assertThat(names).anyMatch(name -> name.startsWith(RELOCATED + library));
              });
    }
  }

  /** Relocation does not change, for example, the string of a serialized lambda's signature. */
  @Test
  void givenRelocatedLibrariesWhenTheJobsOwnClassesAreReadThenNoneUsesTheOriginalNames()
      throws IOException {
    Pattern original =
        Pattern.compile("(?<!" + RELOCATED + ")(" + String.join("|", LIBRARIES) + ")[a-zA-Z/]*");
    List<String> found = new ArrayList<>();
    try (JarFile jar = new JarFile(jobJar().toFile())) {
      for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
        String name = entry.getName();
        if (name.startsWith("io/clickstreamlake/")
            && name.endsWith(".class")
            && !name.startsWith(RELOCATED)) {
          String constants =
              new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.ISO_8859_1);
          original
              .matcher(constants)
              .results()
              .forEach(result -> found.add(name + ": " + result.group()));
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void givenServiceFilesWhenTheJobJarIsOpenedThenEachNamesExistingClasses() throws IOException {
    List<String> missing = new ArrayList<>();
    try (JarFile jar = new JarFile(jobJar().toFile())) {
      for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
        if (entry.getName().startsWith("META-INF/services/") && !entry.isDirectory()) {
          String text =
              new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
          text.lines()
              .map(line -> line.replaceFirst("#.*", "").trim())
              .filter(name -> !name.isEmpty())
              .filter(name -> jar.getEntry(name.replace('.', '/') + ".class") == null)
              .forEach(name -> missing.add(entry.getName() + ": " + name));
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  /** The libraries that read and write Parquet come from the job jar, all others from a cluster. */
  @Test
  void givenTheJobJarAndAClusterWhenRowsAreErasedThenItsOwnLibrariesReadAndWriteTheTables(
      @TempDir Path folder) throws Exception {
    ClickEvent event = new ClickEvent();
    event.setEventId("e1");
    event.setEventType("t");
    event.setEventTime(Instant.EPOCH);
    event.setArrivalTime(Instant.EPOCH);
    event.setProcessedTime(Instant.EPOCH);
    event.setStream("s");
    event.setShardId("s");
    event.setSequenceNumber("1");
    ClickEvent other = ClickEvent.newBuilder(event).setEventId("e2").setUserId("u1").build();
    Path table = folder.resolve("lake/click_events/year=1970/month=01/day=01");
    Files.createDirectories(table);
    try (OutputStream out = Files.newOutputStream(table.resolve("f.parquet"))) {
      StoredTable.write(
          LakeTable.CLICK_EVENTS, List.of(event, other), "test version 1 (build 1)", 3, out);
    }
    Path config =
        Files.writeString(
            folder.resolve("config.json"),
            """
            [{"PropertyGroupId": "clickstream-lake", "PropertyMap": {"source.stream": "s",
              "source.region": "us-east-1", "sink.path": "%s"}}]
            """
                .formatted(folder.resolve("lake").toUri()));
    Path arguments = Files.writeString(folder.resolve("arguments.json"), "{\"userIds\": [\"u1\"]}");
    String cluster =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> entry.endsWith(".jar"))
            .filter(
                entry ->
                    !entry.matches(
                        ".*/(org/apache/(parquet|hadoop|avro)|com/fasterxml/jackson)/.*"))
            .filter(entry -> !entry.matches(".*/flink-(parquet|avro)-[^/]*"))
            .collect(Collectors.joining(File.pathSeparator));

    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-cp",
                jobJar() + File.pathSeparator + cluster,
                EraseCommand.class.getName(),
                "--config",
                config.toString())
            .redirectInput(arguments.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.txt").toFile())
            .start();

    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(Files.readString(folder.resolve("output.txt")))
        .contains("\"erased\":1")
        .contains("\"rowsFound\":0");
    assertThat(process.exitValue()).isZero();
    assertThat(new LakeFolder(folder.resolve("lake")).events()).containsExactly(event);
  }

  @Test
  void givenTheJobJarWhenMeasuredThenItIsUnder150Megabytes() throws IOException {
    assertThat(Files.size(jobJar())).isLessThan(150_000_000);
  }

  private static Path jobJar() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      return files
          .filter(file -> file.getFileName().toString().endsWith("-job.jar"))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no job jar in target; run ./mvnw package first"));
    }
  }
}
