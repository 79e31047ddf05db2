package io.clickstreamlake.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.OutputStreamAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class GeoDatabaseTest {

  private static final String LOGGER = "io.clickstreamlake.enrich";

  @TempDir Path folder;

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  @BeforeEach
  void captureTheLog() {
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    OutputStreamAppender appender =
        OutputStreamAppender.newBuilder()
            .setName("geo")
            .setTarget(log)
            .setLayout(PatternLayout.newBuilder().withPattern("%m%n").build())
            .build();
    appender.start();
    LoggerConfig config = new LoggerConfig(LOGGER, Level.DEBUG, false);
    config.addAppender(appender, Level.DEBUG, null);
    context.getConfiguration().addLogger(LOGGER, config);
    context.updateLoggers();
  }

  @AfterEach
  void restoreTheLog() {
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    context.getConfiguration().removeLogger(LOGGER);
    context.updateLoggers();
  }

  /** A named pipe holds the first load at the opening of the file, until something is written. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void givenTwoSubtasksWhenTheFirstIsStillLoadingThenTheSecondWaitsForTheDatabase()
      throws Exception {
    Path bytes = folder.resolve("bytes.mmdb");
    MaxMindFile.write(bytes, Map.of("country_code", "FR"));
    Path pipe = folder.resolve("pipe.mmdb");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    GeoDatabase database = GeoDatabase.shared(pipe.toString(), Duration.ofHours(1));
    InetAddress address = InetAddress.getByName("192.0.2.1");
    Map<Integer, Object> found = new ConcurrentHashMap<>();
    List<Thread> subtasks = new ArrayList<>();
    for (int subtask = 0; subtask < 2; subtask++) {
      int number = subtask;
      subtasks.add(
          new Thread(
              () -> {
                Map<?, ?> entry = database.find(address);
                found.put(number, entry == null ? "null" : entry);
              }));
    }

    subtasks.get(0).start();
    while (Arrays.stream(subtasks.get(0).getStackTrace())
        .noneMatch(frame -> frame.getMethodName().equals("open0"))) {
      Thread.onSpinWait();
    }
    subtasks.get(1).start();
    while (!List.of(Thread.State.BLOCKED, Thread.State.TERMINATED)
        .contains(subtasks.get(1).getState())) {
      Thread.onSpinWait();
    }
    Files.write(pipe, Files.readAllBytes(bytes));
    for (Thread subtask : subtasks) {
      subtask.join();
    }

    assertThat(found.values()).hasSize(2).doesNotContain("null");
  }

  @Test
  void givenAnIpv4DatabaseWhenAnIpv6AddressIsLookedUpThenItIsNullAndNothingIsLogged()
      throws Exception {
    Path file = folder.resolve("v4.mmdb");
    MaxMindFile.write(file, Map.of("country_code", "FR"));
    GeoDatabase database = GeoDatabase.shared(file.toString(), Duration.ofHours(1));

    assertThat(database.find(InetAddress.getByName("203.0.113.9"))).isNotNull();
    assertThat(database.find(InetAddress.getByName("2001:db8::77"))).isNull();

    assertThat(logged()).contains("Geo database").doesNotContain("2001:db8").doesNotContain(":77");
    assertThat(logged().lines()).hasSize(1);
  }

  @Test
  void givenADamagedDatabaseWhenQueriedThenTheWarningContainsNoVisitorAddress() throws Exception {
    Path file = folder.resolve("damaged.mmdb");
    MaxMindFile.write(file, Map.of("country_code", "FR"));
    byte[] bytes = Files.readAllBytes(file);
    // Both records of the node point beyond the end of the data.
    for (int i = 0; i < 6; i++) {
      bytes[i] = (byte) 0x7F;
    }
    Files.write(file, bytes);
    GeoDatabase database = GeoDatabase.shared(file.toString(), Duration.ofHours(1));

    assertThat(database.find(InetAddress.getByName("203.0.113.9"))).isNull();
    assertThat(database.find(InetAddress.getByName("203.0.113.10"))).isNull();

    assertThat(logged()).contains("cannot be read").doesNotContain("203.0.113");
    assertThat(logged().lines().filter(line -> line.contains("cannot be read"))).hasSize(1);
  }

  private String logged() {
    return log.toString(StandardCharsets.UTF_8);
  }
}
