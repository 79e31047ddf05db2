package io.clickstreamlake.local.process;

import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ports of a stack, all on the loopback address.
 *
 * <p>Some seconds pass between the choice of a port and the moment when its process listens on it.
 * Until {@link #close} a lock file prevents other launchers on this machine from choosing it.
 */
public final class Ports implements AutoCloseable {

  /**
   * One file per port; the kernel releases its lock when the process ends, even by a crash. In the
   * folder that all programs of a machine share, whatever their own temporary folder is.
   */
  private static final Path LOCKS =
      (Files.isDirectory(Path.of("/tmp"))
              ? Path.of("/tmp")
              : Path.of(System.getProperty("java.io.tmpdir")))
          .resolve("clickstream-lake-ports-" + System.getProperty("user.name"));

  private static final int ATTEMPTS = 100;

  private final Map<String, Integer> chosen = new LinkedHashMap<>();
  private final List<FileChannel> locks = new ArrayList<>();

  private Ports() {}

  /**
   * Chooses a port per request.
   *
   * @param requests by name of the port as in its option: {@code kinesis} for {@code
   *     --kinesis-port}
   * @throws LakeException if a required port is in use
   */
  public static Ports choose(Map<String, PortRequest> requests) {
    Ports ports = new Ports();
    try {
      // Required ports first: no service may lose its port to one that accepts any.
      requests.forEach(
          (name, request) -> request.required().ifPresent(port -> ports.require(name, port)));
      requests.forEach((name, request) -> ports.choose(name, request.preferred()));
      return ports;
    } catch (RuntimeException | Error e) {
      ports.close();
      throw e;
    }
  }

  /** The port that was chosen for a request. */
  public int of(String name) {
    return chosen.get(name);
  }

  /** Releases the ports for other launchers: call it when all processes listen or have ended. */
  @Override
  public void close() {
    locks.forEach(Ports::release);
    locks.clear();
  }

  private void require(String name, int port) {
    if (!reserve(port)) {
      throw new LakeException(
          "Port "
              + port
              + ", requested with --"
              + name
              + "-port, is in use by another program. Stop that program, choose another port, or"
              + " omit the option: then a free port is chosen.");
    }
    chosen.put(name, port);
  }

  private void choose(String name, int preferred) {
    if (chosen.containsKey(name)) {
      return;
    }
    int port = preferred;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (port != 0 && reserve(port)) {
        chosen.put(name, port);
        return;
      }
      port = anyFreePort();
    }
    throw new LakeException("This machine has no free port on 127.0.0.1.");
  }

  private boolean reserve(int port) {
    if (!isFree(port)) {
      return false;
    }
    try {
      Files.createDirectories(LOCKS);
      FileChannel channel =
          FileChannel.open(
              LOCKS.resolve(port + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!lock(channel)) {
        release(channel);
        return false;
      }
      locks.add(channel);
      return true;
    } catch (IOException e) {
      throw new LakeException("The folder " + LOCKS + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Another stack in this JVM holds it.
      return false;
    }
  }

  private static void release(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock is released at the latest when this process ends.
    }
  }

  private static boolean isFree(int port) {
    // On all addresses: a program that listens on all of them also occupies the loopback address.
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int anyFreePort() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new LakeException("This machine has no free port on 127.0.0.1.", e);
    }
  }
}
