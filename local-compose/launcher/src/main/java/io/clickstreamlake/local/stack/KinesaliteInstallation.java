package io.clickstreamlake.local.stack;

import io.clickstreamlake.local.LakeException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The installation of Kinesalite by npm in the folder of its lock file, on first use and whenever
 * the lock file is newer.
 */
final class KinesaliteInstallation {

  private static final int MIN_NODE_VERSION = 18;
  private static final Pattern NODE_VERSION = Pattern.compile("v(\\d+)\\.");
  private static final String HOW_TO_GET_NODE =
      "Install Node.js 18 or later (for example: apt-get install nodejs npm, or brew install node)"
          + " so that node and npm are on the PATH, then try again.";

  private final Path folder;
  private final List<Path> searchPath;

  private KinesaliteInstallation(Path folder, List<Path> searchPath) {
    this.folder = folder;
    this.searchPath = searchPath;
  }

  /**
   * @param path search path, in the format of the variable PATH
   */
  static KinesaliteInstallation in(Path folder, String path) {
    return new KinesaliteInstallation(
        folder,
        Pattern.compile(File.pathSeparator)
            .splitAsStream(path)
            .filter(entry -> !entry.isEmpty())
            .map(Path::of)
            .toList());
  }

  /**
   * Installs Kinesalite if needed.
   *
   * @param log file for the output of npm
   * @param progress receives a line if npm has to run
   * @return the command that runs Kinesalite, without options
   * @throws LakeException without Node.js, or if npm fails
   */
  List<String> command(Path log, Consumer<String> progress) {
    Path node =
        find("node")
            .orElseThrow(
                () ->
                    new LakeException(
                        "Node.js was not found on the PATH. Kinesalite, the local Kinesis, needs"
                            + " it. "
                            + HOW_TO_GET_NODE));
    checkVersion(node);
    if (!isInstalled()) {
      progress.accept("installing Kinesalite with npm (first use only)");
      install(log);
    }
    return List.of(node.toString(), folder.resolve("serve.js").toString());
  }

  private boolean isInstalled() {
    Path installed = folder.resolve("node_modules/.package-lock.json");
    Path wanted = folder.resolve("package-lock.json");
    try {
      return Files.exists(installed)
          && Files.exists(folder.resolve("node_modules/kinesalite/cli.js"))
          && Files.getLastModifiedTime(installed).compareTo(Files.getLastModifiedTime(wanted)) >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  private void install(Path log) {
    Path npm =
        find("npm")
            .orElseThrow(
                () ->
                    new LakeException(
                        "npm was not found on the PATH. It installs Kinesalite, the local Kinesis. "
                            + HOW_TO_GET_NODE));
    try {
      Files.createDirectories(log.getParent());
      Process process =
          new ProcessBuilder(
                  npm.toString(), "ci", "--no-audit", "--no-fund", "--no-update-notifier")
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      int exit = process.waitFor();
      if (exit != 0) {
        throw new LakeException(
            "npm ci failed with exit code "
                + exit
                + " in "
                + folder
                + ". Check that this machine reaches the npm registry (npm ping). Output of npm in "
                + log
                + ":\n"
                + Files.readString(log, StandardCharsets.UTF_8).trim());
      }
    } catch (IOException e) {
      throw new LakeException("Cannot run npm: " + e.getMessage() + ". " + HOW_TO_GET_NODE, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LakeException("Interrupted while npm installed Kinesalite.", e);
    }
  }

  private static void checkVersion(Path node) {
    String version;
    try {
      Process process = new ProcessBuilder(node.toString(), "--version").start();
      version = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
      process.waitFor();
    } catch (IOException e) {
      throw new LakeException(
          "Cannot run " + node + ": " + e.getMessage() + ". " + HOW_TO_GET_NODE, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LakeException("Interrupted while reading the version of Node.js.", e);
    }
    Matcher matcher = NODE_VERSION.matcher(version);
    if (!matcher.lookingAt() || Integer.parseInt(matcher.group(1)) < MIN_NODE_VERSION) {
      throw new LakeException(
          node + " is version '" + version + "', which is too old. " + HOW_TO_GET_NODE);
    }
  }

  private Optional<Path> find(String program) {
    return searchPath.stream()
        .map(entry -> entry.resolve(program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
