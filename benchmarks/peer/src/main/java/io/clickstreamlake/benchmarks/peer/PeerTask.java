package io.clickstreamlake.benchmarks.peer;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The task of a peer, parsed from its command line: {@code INPUT PARALLELISM [NAME=VALUE]…}.
 *
 * @param input folder with files of JSON lines, {@code *.jsonl}
 * @param parallelism number of cores that the peer may use
 * @param settings further settings, which only some peers have
 */
public record PeerTask(Path input, int parallelism, Map<String, String> settings) {

  public PeerTask {
    settings = Map.copyOf(settings);
  }

  static PeerTask of(String[] args) {
    if (args.length < 2) {
      throw new IllegalArgumentException("usage: INPUT PARALLELISM [NAME=VALUE]…");
    }
    Map<String, String> settings = new HashMap<>();
    for (String setting : List.of(args).subList(2, args.length)) {
      int equals = setting.indexOf('=');
      settings.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return new PeerTask(Path.of(args[0]), Integer.parseInt(args[1]), settings);
  }

  /** The arguments that {@link #of} parses into this task. */
  public List<String> arguments() {
    List<String> arguments = new java.util.ArrayList<>();
    arguments.add(input.toString());
    arguments.add(Integer.toString(parallelism));
    settings.forEach((name, value) -> arguments.add(name + "=" + value));
    return arguments;
  }
}
