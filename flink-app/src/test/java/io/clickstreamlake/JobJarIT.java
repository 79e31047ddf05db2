package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What goes to Managed Service for Apache Flink must run there: Java 11, and within its limits. */
class JobJarIT {

  private static final int JAVA_11 = 55;

  @Test
  void givenTheJobJarWhenOpenedThenNothingInItNeedsMoreThanJava11() throws IOException {
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
      assertThat(jar.getEntry("org/apache/parquet/hadoop/ParquetWriter.class")).isNotNull();
      assertThat(jar.getEntry("contract/click_event.avsc")).isNotNull();
      assertThat(jar.getEntry("org/apache/flink/runtime/taskmanager/Task.class")).isNull();
      assertThat(jar.getEntry("org/apache/flink/fs/s3hadoop/S3FileSystemFactory.class")).isNull();
      assertThat(jar.getEntry("org/apache/logging/log4j/core/Logger.class")).isNull();
    }
  }

  @Test
  void givenTheJobJarWhenWeighedThenItIsUnder150Megabytes() throws IOException {
    assertThat(Files.size(jobJar())).isLessThan(150_000_000);
  }

  private static Path jobJar() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      return files
          .filter(file -> file.getFileName().toString().endsWith("-job.jar"))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no job jar; run mvnw package first"));
    }
  }
}
