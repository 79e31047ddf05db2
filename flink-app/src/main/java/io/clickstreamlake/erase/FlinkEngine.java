package io.clickstreamlake.erase;

import io.clickstreamlake.config.QuietLoggers;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.Collector;

/**
 * Applies an erasure to files as a Flink job in BATCH mode: the files are spread over all slots.
 */
public final class FlinkEngine implements Erasure.Engine {

  /** Receives how many of the files are done. */
  @FunctionalInterface
  public interface Progress {
    void done(int files, int totalFiles);
  }

  private final StreamExecutionEnvironment environment;
  private final Progress progress;

  /**
   * @param environment of a cluster, or of this process
   */
  public FlinkEngine(StreamExecutionEnvironment environment, Progress progress) {
    this.environment = environment;
    this.progress = progress;
  }

  @Override
  public List<FileResult> apply(List<TableFile> files, FileErasure step) throws Exception {
    List<FileResult> results = new ArrayList<>();
    if (files.isEmpty()) {
      return results;
    }
    environment.setRuntimeMode(RuntimeExecutionMode.BATCH);
    try (CloseableIterator<FileResult> found =
        environment
            .fromCollection(files, TypeInformation.of(TableFile.class))
            .name("files")
            .rebalance()
            .flatMap(new Step(step))
            .returns(FileResult.class)
            .name("erase")
            .executeAndCollect("erase")) {
      int done = 0;
      while (found.hasNext()) {
        FileResult result = found.next();
        progress.done(++done, files.size());
        if (!result.isNone()) {
          results.add(result);
        }
      }
    }
    return results;
  }

  private static final class Step extends RichFlatMapFunction<TableFile, FileResult> {

    private static final long serialVersionUID = 1L;

    private final FileErasure erasure;

    Step(FileErasure erasure) {
      this.erasure = erasure;
    }

    @Override
    public void open(OpenContext context) {
      // Readers would log the ids in every TaskManager.
      QuietLoggers.apply();
    }

    @Override
    public void flatMap(TableFile file, Collector<FileResult> out) throws Exception {
      out.collect(erasure.apply(file).orElseGet(FileResult::none));
    }
  }
}
