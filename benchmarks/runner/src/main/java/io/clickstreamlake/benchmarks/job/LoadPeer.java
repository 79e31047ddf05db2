package io.clickstreamlake.benchmarks.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.BatchCommand;
import io.clickstreamlake.benchmarks.peer.Peer;
import io.clickstreamlake.benchmarks.peer.PeerServer;
import io.clickstreamlake.benchmarks.peer.PeerTask;
import io.clickstreamlake.config.JobOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The command {@code load} as a peer: it reads the input's files, compares the events with the
 * tables, which are empty, and publishes them at once.
 */
public final class LoadPeer implements Peer {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final PeerTask task;

  private LoadPeer(PeerTask task) {
    this.task = task;
  }

  public static void main(String[] args) {
    PeerServer.serve(args, LoadPeer::new);
  }

  @Override
  public Map<String, Long> run(Path output) throws Exception {
    Path conf = Files.createDirectories(output.resolve("conf"));
    Files.writeString(conf.resolve("config.yaml"), "{}\n");
    BatchCommand.run(
        new String[] {
          "load",
          "--config",
          settings(output).toString(),
          "--local",
          conf.toString(),
          task.input().toUri().toString()
        },
        System.out);
    return Map.of();
  }

  private Path settings(Path output) throws IOException {
    Path file = output.resolve("settings.json");
    JSON.writeValue(
        file.toFile(),
        List.of(
            Map.of(
                "PropertyGroupId",
                JobOptions.PROPERTY_GROUP,
                "PropertyMap",
                FlinkSettings.texts(task, output.toUri().toString().replaceAll("/$", "")))));
    return file;
  }
}
