package io.clickstreamlake.benchmarks.profile;

import io.clickstreamlake.benchmarks.input.BenchmarkInput;
import io.clickstreamlake.benchmarks.peer.PeerTask;
import io.clickstreamlake.benchmarks.run.Cores;
import io.clickstreamlake.benchmarks.run.PeerDefinition;
import io.clickstreamlake.benchmarks.run.RunningPeer;
import io.clickstreamlake.benchmarks.run.SideBySide;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Run of one peer under Java's Flight Recorder, which slows the peer down. */
public final class ProfiledRun {

  private ProfiledRun() {}

  /** Profiles the warm rounds of a JVM peer on one core. */
  public static Profile of(
      PeerDefinition definition,
      BenchmarkInput input,
      SideBySide.Schedule schedule,
      Path folder,
      Cores cores)
      throws IOException {
    Files.createDirectories(folder);
    Path recording = folder.resolve(definition.name() + ".jfr");
    List<String> recorder =
        List.of(
            // The same period for native code as for Java code, so that samples can be added.
            "-XX:StartFlightRecording:settings=profile,jdk.NativeMethodSample#period=10ms,"
                + "dumponexit=true,filename="
                + recording,
            // The recorder prints a line to standard output, which carries the peer's answers.
            "-Xlog:jfr+startup=error",
            // Otherwise samples are taken at the next safepoint, often in another method.
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:+DebugNonSafepoints");
    Instant warm;
    try (RunningPeer peer =
        RunningPeer.start(
            definition.withJvmArguments(recorder),
            new PeerTask(input.folder(), 1, definition.settings()),
            folder,
            schedule.heap(),
            cores)) {
      for (int i = 0; i < schedule.warmUpRounds(); i++) {
        peer.round();
      }
      warm = Instant.now();
      for (int i = 0; i < schedule.rounds(); i++) {
        peer.round();
      }
    }
    return Profile.read(recording, warm);
  }
}
