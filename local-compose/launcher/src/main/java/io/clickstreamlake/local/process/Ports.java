package io.clickstreamlake.local.process;

import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses the ports of a stack, all on the loopback address.
 *
 * <p>All chosen ports are held open until the whole choice is made, so that no two services get the
 * same one.
 */
public final class Ports {

  /**
   * What is wanted for one service.
   *
   * @param preferred taken if it is free, else any free port
   * @param demanded a port that a person asked for; nothing else will do
   */
  public record Wish(int preferred, Optional<Integer> demanded) {}

  private Ports() {}

  /**
   * @param wishes by the name of the service, as its option is called: {@code kinesis} for {@code
   *     --kinesis-port}
   * @throws LakeException if a demanded port is taken
   */
  public static Map<String, Integer> choose(Map<String, Wish> wishes) {
    Map<String, Integer> chosen = new LinkedHashMap<>();
    List<ServerSocket> held = new ArrayList<>();
    try {
      // The demanded ones first: no service may lose its port to another that does not care.
      wishes.forEach(
          (name, wish) -> wish.demanded().ifPresent(p -> chosen.put(name, demand(name, p, held))));
      wishes.forEach(
          (name, wish) -> chosen.computeIfAbsent(name, n -> prefer(wish.preferred(), held)));
      return Map.copyOf(chosen);
    } finally {
      for (ServerSocket socket : held) {
        release(socket);
      }
    }
  }

  private static int demand(String name, int port, List<ServerSocket> held) {
    try {
      held.add(listen(port));
      return port;
    } catch (IOException e) {
      throw new LakeException(
          "Port "
              + port
              + ", asked for with --"
              + name
              + "-port, is taken by another program. End that program, give another port, or"
              + " leave the option out: then a free one is chosen.",
          e);
    }
  }

  private static int prefer(int port, List<ServerSocket> held) {
    try {
      held.add(listen(port));
    } catch (IOException taken) {
      try {
        held.add(listen(0));
      } catch (IOException e) {
        throw new LakeException("This machine has no free port on 127.0.0.1 left.", e);
      }
    }
    return held.get(held.size() - 1).getLocalPort();
  }

  private static ServerSocket listen(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      // Kinesalite and others listen on all addresses, so the port must be free on all of them.
      if (port != 0) {
        socket.bind(new InetSocketAddress(port));
      } else {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      }
      return socket;
    } catch (IOException e) {
      release(socket);
      throw e;
    }
  }

  private static void release(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing was ever accepted on it; the kernel frees it with this process at the latest.
    }
  }
}
