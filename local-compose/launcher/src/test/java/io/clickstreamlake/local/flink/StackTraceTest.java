package io.clickstreamlake.local.flink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StackTraceTest {

  @Test
  void givenFailureOfTheMainMethodWhenReadThenTheMessageOfTheJobIsFoundWithAllItsLines() {
    String trace =
        """
        Internal server error.
        <Exception on server side:
        org.apache.flink.runtime.rest.handler.RestHandlerException: Could not execute application.
        \tat org.apache.flink.runtime.webmonitor.handlers.JarRunHandler.lambda$handleRequest$1(JarRunHandler.java:113)
        Caused by: org.apache.flink.client.program.ProgramInvocationException: The main method caused an error: There are 2 problems
        \tat org.apache.flink.client.program.PackagedProgram.callMainMethod(PackagedProgram.java:373)
        \t... 7 more
        Caused by: io.clickstreamlake.config.InvalidSettingsException: There are 2 problems:
          roll.intervall: there is no such setting
          sink.path: is not set
        \tat io.clickstreamlake.config.ValidationErrors.throwIfAny(ValidationErrors.java:20)
        Caused by: java.lang.NumberFormatException: detail
        \tat java.base/java.lang.Integer.parseInt(Integer.java:1)
        End of exception on server side>
        """;

    assertThat(StackTrace.rootMessage(trace))
        .isEqualTo(
            "There are 2 problems:\n  roll.intervall: there is no such setting\n"
                + "  sink.path: is not set");
  }

  @Test
  void givenOtherFailureWhenReadThenTheDeepestCauseIsFound() {
    String trace =
        """
        org.apache.flink.runtime.JobException: Recovery is suppressed
        \tat a.B.c(B.java:1)
        Caused by: java.io.IOException: bucket is gone
        \tat a.B.d(B.java:2)
        """;

    assertThat(StackTrace.rootMessage(trace)).isEqualTo("bucket is gone");
  }

  @Test
  void givenPlainTextWhenReadThenItIsUnchanged() {
    assertThat(StackTrace.rootMessage("Job not found.\n")).isEqualTo("Job not found.");
  }
}
