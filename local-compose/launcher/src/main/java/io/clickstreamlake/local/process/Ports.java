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
import java.util.Optional;

/**
 * The ports of a stack, all on the loopback address.
 *
 * <p>Some seconds pass between the choice of a port and the moment when its process listens there.
 * Until {@link #close} a lock file keeps another launcher on this machine from choosing it, too.
 */
public final class Ports implements AutoCloseable {

  /** One file a port; a lock on it goes with the process that holds it, however that ends. */
  private static final Path LOCKS =
      Path.of(
          System.getProperty("java.io.tmpdir"),
          "clickstream-lake-ports-" + System.getProperty("user.name"));

  private static final int ATTEMPTS = 100;

  private final Map<String, Integer> chosen = new LinkedHashMap<>();
  private final List<FileChannel> locks = new ArrayList<>();

  /**
   * What is wanted for one service.
   *
   * @param preferred taken if it is free, else any free port; 0 for no preference
   * @param demanded a port that a person asked for; nothing else will do
   */
  public record Wish(int preferred, Optional<Integer> demanded) {}

  private Ports() {}

  /**
   * @param wishes by the name of the service, as its option is called: {@code kinesis} for {@code
   *     --kinesis-port}
   * @throws LakeException if a demanded port is taken
   */
  public static Ports choose(Map<String, Wish> wishes) {
    Ports ports = new Ports();
    try {
      // The demanded ones first: no service may lose its port to another that does not care.
      wishes.forEach((name, wish) -> wish.demanded().ifPresent(port -> ports.demand(name, port)));
      wishes.forEach((name, wish) -> ports.choose(name, wish.preferred()));
      return ports;
    } catch (RuntimeException | Error e) {
      ports.close();
      throw e;
    }
  }

  /** The port of a service. */
  public int of(String name) {
    return chosen.get(name);
  }

  /** Lets others choose these ports again: call it when all processes listen, or have ended. */
  @Override
  public void close() {
    locks.forEach(Ports::release);
    locks.clear();
  }

  private void demand(String name, int port) {
    if (!reserve(port)) {
      throw new LakeException(
          "Port "
              + port
              + ", asked for with --"
              + name
              + "-port, is taken by another program. End that program, give another port, or"
              + " leave the option out: then a free one is chosen.");
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
    throw new LakeException("This machine has no free port on 127.0.0.1 left.");
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
      // Another stack of this very JVM has it.
      return false;
    }
  }

  private static void release(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock goes with this process at the latest.
    }
  }

  private static boolean isFree(int port) {
    // On all addresses: a program that listens on all of them would take the loopback one, too.
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
      throw new LakeException("This machine has no free port on 127.0.0.1 left.", e);
    }
  }
}
