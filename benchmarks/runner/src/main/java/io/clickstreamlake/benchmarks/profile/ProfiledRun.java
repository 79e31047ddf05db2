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

/** Runs one peer under Java's Flight Recorder. Its figures are not those of a run without. */
public final class ProfiledRun {

  private ProfiledRun() {}

  /** Profiles the warm rounds of a peer that is a JVM, with one core. */
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
            // The same period for native code as for Java's, so that samples can be added up.
            "-XX:StartFlightRecording:settings=profile,jdk.NativeMethodSample#period=10ms,"
                + "dumponexit=true,filename="
                + recording,
            // The recorder announces itself on standard output, where the peer's answers go.
            "-Xlog:jfr+startup=error",
            // Otherwise samples drift to the next safepoint, often in another method.
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
