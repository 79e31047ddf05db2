package io.clickstreamlake.benchmarks.columns;

import io.clickstreamlake.benchmarks.input.BenchmarkInput;
import io.clickstreamlake.benchmarks.run.PeerCatalog;
import io.clickstreamlake.benchmarks.run.PeerDefinition;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Events with additional fields, and the job with mappings that make some of the fields custom
 * columns. Half of the fields hold numbers, the others short texts with a thousand values.
 */
public final class WideEvents {

  /** Number of additional fields. */
  public static final int FIELDS = 100;

  private final Path folder;

  /**
   * @param folder for the events and the mappings
   */
  public WideEvents(Path folder) {
    this.folder = folder;
  }

  /** Writes the events of {@code input} with {@link #FIELDS} additional fields each. */
  public BenchmarkInput of(BenchmarkInput input) throws IOException {
    Path wide = Files.createDirectories(folder.resolve("events"));
    long bytes = 0;
    for (Path file : BenchmarkInput.files(input.folder())) {
      Path target = wide.resolve(file.getFileName());
      write(file, target, BenchmarkInput.firstNumber(file.getFileName().toString()));
      bytes += Files.size(target);
    }
    return new BenchmarkInput(wide, input.events(), bytes);
  }

  private static void write(Path from, Path to, long firstNumber) throws IOException {
    try (BufferedReader events = Files.newBufferedReader(from);
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(to), 1 << 16)) {
      long number = firstNumber;
      for (String event = events.readLine(); event != null; event = events.readLine()) {
        StringBuilder wide = new StringBuilder(event);
        wide.setLength(event.lastIndexOf('}'));
        wide.append(",\"own\":{");
        for (int i = 0; i < FIELDS; i++) {
          long value = (number * 31 + i * 7_919L) % 1_000;
          wide.append(i == 0 ? "\"" : ",\"").append('f').append(i).append("\":");
          wide.append(isText(i) ? "\"value " + value + "\"" : Long.toString(value));
        }
        wide.append("}}\n");
        out.write(wide.toString().getBytes(StandardCharsets.UTF_8));
        number++;
      }
    }
  }

  private static boolean isText(int field) {
    return field % 2 == 0;
  }

  /**
   * The job with mappings of different numbers of custom columns.
   *
   * @param root of the source tree
   * @param suffix of the peers' names, after the number of columns
   * @param columns numbers of custom columns, up to {@link #FIELDS}
   */
  public List<PeerDefinition> peers(Path root, String suffix, int... columns) throws IOException {
    List<PeerDefinition> peers = new ArrayList<>();
    for (int count : columns) {
      peers.add(
          PeerCatalog.ours()
              .with(
                  String.format(Locale.ROOT, "ours-%d-%s", count, suffix),
                  Map.of("parse.mapping", mapping(root, count).toString())));
    }
    return peers;
  }

  /** The default mapping with the first fields as custom columns. */
  private Path mapping(Path root, int columns) throws IOException {
    Path shipped = root.resolve("flink-app/src/main/resources/mappings/default.yaml");
    StringBuilder mapping = new StringBuilder(Files.readString(shipped));
    mapping.append(columns == 0 ? "" : "\ncustom_columns:\n");
    for (int i = 0; i < columns; i++) {
      mapping.append(
          String.format(
              Locale.ROOT,
              "  - {name: own_%d, type: %s, paths: [$.own.f%d]}%n",
              i,
              isText(i) ? "string" : "bigint",
              i));
    }
    return Files.writeString(
        Files.createDirectories(folder).resolve("mapping-" + columns + ".yaml"), mapping);
  }
}
