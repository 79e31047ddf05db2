package io.clickstreamlake.benchmarks.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Profile of a JVM, from the execution samples of a Flight Recorder file.
 *
 * <p>Each sample counts for the method that ran and for the step of the job. Of native code only
 * compression counts, since most other threads in native code just wait. Garbage collection appears
 * as pauses; the JIT compiler's threads do not appear.
 */
public final class Profile {

  private static final String ZSTD = "com.github.luben.zstd.";

  /**
   * Steps of the job by prefix of a class name. Frames are compared from the innermost; the first
   * match decides.
   */
  private static final Map<String, String> STEPS = stepsByClass();

  private final Map<String, Integer> byStep = new HashMap<>();
  private final Map<String, Integer> byMethod = new HashMap<>();
  private int samples;
  private Duration pauses = Duration.ZERO;

  private Profile() {}

  /** Reads the recording from a point in time on. */
  public static Profile read(Path file, Instant from) throws IOException {
    Profile profile = new Profile();
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        RecordedEvent event = recording.readEvent();
        if (event.getStartTime().isAfter(from)) {
          profile.add(event);
        }
      }
    }
    return profile;
  }

  public int samples() {
    return samples;
  }

  /** Sum of the garbage collector's pauses. */
  public Duration pauses() {
    return pauses;
  }

  /** Share of the samples per step, largest first. */
  public Map<String, Double> steps() {
    return shares(byStep, byStep.size());
  }

  /** Share of the samples of the most frequent methods, largest first. */
  public Map<String, Double> methods(int limit) {
    return shares(byMethod, limit);
  }

  private void add(RecordedEvent event) {
    switch (event.getEventType().getName()) {
      case "jdk.ExecutionSample" -> addSample(event.getStackTrace());
      case "jdk.NativeMethodSample" -> {
        if (isCompression(event.getStackTrace())) {
          addSample(event.getStackTrace());
        }
      }
      case "jdk.GCPhasePause" -> pauses = pauses.plus(event.getDuration());
      default -> {}
    }
  }

  private void addSample(RecordedStackTrace stack) {
    if (stack == null || stack.getFrames().isEmpty()) {
      return;
    }
    samples++;
    byMethod.merge(name(stack.getFrames().get(0)), 1, Integer::sum);
    byStep.merge(step(stack.getFrames()), 1, Integer::sum);
  }

  private static boolean isCompression(RecordedStackTrace stack) {
    return stack != null
        && !stack.getFrames().isEmpty()
        && stack.getFrames().get(0).getMethod().getType().getName().startsWith(ZSTD);
  }

  private static String step(List<RecordedFrame> frames) {
    for (RecordedFrame frame : frames) {
      String type = frame.getMethod().getType().getName();
      for (Map.Entry<String, String> step : STEPS.entrySet()) {
        if (type.startsWith(step.getKey())) {
          return step.getValue();
        }
      }
    }
    return "the rest of Flink and Java";
  }

  private static String name(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }

  private Map<String, Double> shares(Map<String, Integer> counts, int limit) {
    Map<String, Double> shares = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(limit)
        .forEach(entry -> shares.put(entry.getKey(), (double) entry.getValue() / samples));
    return shares;
  }

  private static Map<String, String> stepsByClass() {
    Map<String, String> steps = new LinkedHashMap<>();
    steps.put("io.clickstreamlake.benchmarks.", "source: read lines");
    steps.put("com.fasterxml.jackson.", "parse: JSON tokens");
    steps.put("io.clickstreamlake.parse.", "parse: columns and properties");
    steps.put("io.clickstreamlake.enrich.", "enrich");
    steps.put("io.clickstreamlake.privacy.", "privacy");
    steps.put("io.clickstreamlake.quality.", "quality rules");
    steps.put("io.clickstreamlake.dedup.", "dedup");
    steps.put(ZSTD, "sink: compress");
    steps.put("org.apache.parquet.hadoop.codec.", "sink: compress");
    steps.put("org.apache.parquet.", "sink: encode columns");
    steps.put("org.apache.avro.", "sink: Avro");
    steps.put("io.clickstreamlake.parquet.", "sink: buffer, sort, encode rows");
    steps.put("io.clickstreamlake.sink.", "sink: life of files");
    steps.put("io.clickstreamlake.ledger.", "ledger and counters");
    return steps;
  }
}
