package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.flink.core.execution.JobClient;
import org.junit.jupiter.api.Test;

/** The program of batches. */
class BatchCommandTest {

  @Test
  void givenAJobThatHasJustEndedWhenItsCountsAreReadThenThereAreNone() throws Exception {
    assertThat(BatchCommand.accumulators(job(() -> CompletableFuture.completedFuture(Map.of()))))
        .contains(Map.of());
    assertThat(
            BatchCommand.accumulators(
                job(
                    () -> {
                      throw new IllegalStateException("MiniCluster has already been shut down.");
                    })))
        .isEmpty();
    assertThat(
            BatchCommand.accumulators(
                job(() -> CompletableFuture.failedFuture(new IllegalStateException("not found")))))
        .isEmpty();
  }

  private static JobClient job(Supplier<CompletableFuture<?>> accumulators) {
    return (JobClient)
        Proxy.newProxyInstance(
            JobClient.class.getClassLoader(),
            new Class<?>[] {JobClient.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("getAccumulators");
              return accumulators.get();
            });
  }
}
