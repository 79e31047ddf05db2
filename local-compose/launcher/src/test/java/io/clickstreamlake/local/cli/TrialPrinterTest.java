package io.clickstreamlake.local.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.clickstreamlake.local.stack.JobTrial;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrialPrinterTest {

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void givenAnOutputThatIsClosedWhenAnEventIsPrintedThenTheTrialEnds(boolean json) {
    JobTrial.Results results =
        new TrialPrinter(new PrintWriter(new ClosedOutput()), json, 1).and(new TrialSummary());

    assertThatThrownBy(
            () ->
                results.event(
                    "a, line 1", JsonNodeFactory.instance.objectNode().put("outcome", "written")))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void givenAnOutputThatIsClosedWhenTheSummaryIsPrintedThenItFails() {
    TrialPrinter printer = new TrialPrinter(new PrintWriter(new ClosedOutput()), false, 1);

    assertThatThrownBy(() -> printer.summary(new TrialSummary())).isInstanceOf(IOException.class);
  }

  private static final class ClosedOutput extends Writer {
    @Override
    public void write(char[] text, int from, int length) throws IOException {
      throw new IOException("Broken pipe");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
