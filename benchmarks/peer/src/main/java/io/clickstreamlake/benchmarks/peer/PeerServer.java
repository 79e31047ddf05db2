package io.clickstreamlake.benchmarks.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The peer's side of the protocol with the runner, in lines of text: the runner sends a folder, the
 * peer fills it and answers. At the end of its input the peer exits.
 *
 * <pre>
 *   peer     ready
 *   runner   /work/out/3
 *   peer     done checkpoints=60 …
 * </pre>
 *
 * The runner reads wall-clock and CPU time between the lines, so the same clock measures every
 * peer. All other output of the peer goes to standard error, which is its log.
 */
public final class PeerServer {

  public static final String READY = "ready";
  public static final String DONE = "done";

  private PeerServer() {}

  /** Serves until the runner closes the input, then exits the JVM; with 1 if a round failed. */
  public static void serve(String[] args, Peer.Factory factory) {
    int status = 0;
    PrintStream answers = System.out;
    System.setOut(System.err);
    try (Peer peer = factory.open(PeerTask.of(args))) {
      answer(answers, READY);
      rounds(peer, answers);
    } catch (Exception | LinkageError e) {
      e.printStackTrace();
      status = 1;
    }
    // Some engines leave threads that would keep the JVM running.
    System.exit(status);
  }

  private static void rounds(Peer peer, PrintStream answers) throws Exception {
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String folder = requests.readLine(); folder != null; folder = requests.readLine()) {
      Map<String, Long> figures = peer.run(Path.of(folder));
      answer(
          answers,
          DONE
              + figures.entrySet().stream()
                  .map(figure -> " " + figure.getKey() + "=" + figure.getValue())
                  .collect(Collectors.joining()));
    }
  }

  private static void answer(PrintStream answers, String line) throws IOException {
    answers.println(line);
    if (answers.checkError()) {
      throw new IOException("the runner has closed the connection");
    }
  }
}
