package io.clickstreamlake.local.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/**
 * A port forward from one IP address of this machine to the same port of the loopback address, the
 * only one on which the server of Trino's tests listens.
 */
final class PortForward {

  private PortForward() {}

  /** Starts to listen and returns; the threads end with the process. */
  static void start(InetAddress address, int port) throws IOException {
    ServerSocket server = new ServerSocket(port, 0, address);
    daemon(
        "forward",
        () -> {
          while (true) {
            connect(server.accept(), port);
          }
        });
  }

  private static void connect(Socket client, int port) throws IOException {
    Socket target;
    try {
      target = new Socket(InetAddress.getLoopbackAddress(), port);
    } catch (IOException e) {
      client.close();
      return;
    }
    daemon("forward-request", () -> copy(client, target));
    daemon("forward-answer", () -> copy(target, client));
  }

  /** Copies one direction to its end; the other direction continues until its own end. */
  private static void copy(Socket from, Socket to) throws IOException {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (SocketException e) {
      // One side has closed the connection.
      from.close();
      to.close();
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void daemon(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                System.err.println(name + ": " + e);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }
}
