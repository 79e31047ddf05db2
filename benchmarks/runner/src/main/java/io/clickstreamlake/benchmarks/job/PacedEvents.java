package io.clickstreamlake.benchmarks.job;

import io.clickstreamlake.benchmarks.input.BenchmarkInput;
import io.clickstreamlake.event.SourceRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.datagen.source.GeneratorFunction;

/** Generator function that returns the input's events in order and ignores the requested number. */
final class PacedEvents implements GeneratorFunction<Long, SourceRecord> {

  private static final long serialVersionUID = 1L;

  private final String folder;
  private transient Iterator<Path> files;
  private transient EventLines lines;

  PacedEvents(Path folder) {
    this.folder = folder.toString();
  }

  @Override
  public void open(SourceReaderContext context) throws IOException {
    List<Path> all = new ArrayList<>(BenchmarkInput.files(Path.of(folder)));
    files = all.iterator();
  }

  @Override
  public SourceRecord map(Long number) throws IOException {
    while (lines == null || !lines.hasBufferedLine()) {
      if (lines == null || !lines.readChunk()) {
        openNext();
      }
    }
    return lines.next();
  }

  private void openNext() throws IOException {
    close();
    Path file = files.next();
    lines =
        new EventLines(
            Files.newInputStream(file), BenchmarkInput.firstNumber(file.getFileName().toString()));
  }

  @Override
  public void close() throws IOException {
    if (lines != null) {
      lines.close();
    }
  }
}
