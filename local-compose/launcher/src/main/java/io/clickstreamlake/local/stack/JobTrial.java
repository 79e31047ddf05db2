package io.clickstreamlake.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.stream.EventInput;
import io.clickstreamlake.local.stream.InputFormat;
import io.clickstreamlake.local.stream.RecordConsumer;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The job's own steps over the records of a file, without a stack. */
public final class JobTrial {

  private static final String MAIN = "io.clickstreamlake.EventTrial";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Settings that the job requires and that have no effect on events. */
  private static final Map<String, String> PLACES =
      Map.of("source.stream", "trial", "source.region", "us-east-1", "sink.path", "file:///trial");

  /** The receiver of the results. */
  public interface Results {

    /** The names of all columns, before the first outcome. */
    void columns(List<String> names);

    /**
     * The outcome of an event, as the class Trial of the job describes it.
     *
     * @param place of its record in the input, such as {@code clicks.json, line 7}
     */
    void event(String place, JsonNode outcome);
  }

  private final ProjectFiles project;
  private final JobProgram program;

  public JobTrial(ProjectFiles project) {
    this.project = project;
    this.program = new JobProgram(project, MAIN, "trial");
  }

  /**
   * Tries settings on the records of a text.
   *
   * @param settings of the job
   * @param name of the text, for messages
   * @return the number of records
   * @throws LakeException with all problems of the settings, or the place of a broken value
   */
  public int run(
      Map<String, String> settings,
      InputStream text,
      String name,
      InputFormat format,
      Results results) {
    Map<String, String> all = new TreeMap<>(PLACES);
    all.putAll(FlinkProcesses.forEvents(project));
    if (!Files.exists(project.geoDatabase())) {
      all.remove("enrich.geo.database"); // comes with the first start of a stack
    }
    all.putAll(settings);
    Places places = new Places();
    try {
      Path folder = Files.createTempDirectory("lake-try");
      try {
        Path config = folder.resolve("settings.json");
        new JobSettingsFile(config).write(all);
        program.stream(
            List.of("--config", config.toString()),
            out -> read(text, name, format, new Feed(new DataOutputStream(out), places)),
            line -> result(line, places, results));
        return places.added();
      } finally {
        Files.deleteIfExists(folder.resolve("settings.json"));
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new LakeException("The settings cannot be written: " + e.getMessage(), e);
    }
  }

  private static void read(InputStream text, String name, InputFormat format, Feed feed) {
    try {
      EventInput.read(text, name, format, "try", feed);
    } catch (IOException e) {
      throw new LakeException(name + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static void result(String line, Places places, Results results) {
    JsonNode result;
    try {
      result = JSON.readTree(line);
    } catch (IOException e) {
      throw new LakeException("The trial printed another text than JSON: " + line, e);
    }
    if (result.has("columns") && !result.has("outcome")) {
      List<String> names = new ArrayList<>();
      result.path("columns").forEach(column -> names.add(column.asText()));
      results.columns(names);
    } else {
      results.event(places.of(result.path("record").asInt()), result);
    }
  }

  /** The places of the records whose results may still come; results come in their order. */
  private static final class Places {

    private final Deque<String> waiting = new ArrayDeque<>();
    private int added;

    synchronized void add(String place) {
      waiting.add(place);
      added++;
    }

    synchronized int added() {
      return added;
    }

    /** The place of a record that is not before the last one asked for. */
    synchronized String of(int record) {
      while (added - waiting.size() < record) {
        waiting.remove();
      }
      return waiting.element();
    }
  }

  /** Sends the records to the program: each with its length. */
  private record Feed(DataOutputStream out, Places places) implements RecordConsumer {

    @Override
    public void record(byte[] data, String place) {
      // Before the record, so that the place is known when its results come.
      places.add(place);
      try {
        out.writeInt(data.length);
        out.write(data);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void pause() {
      try {
        out.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
