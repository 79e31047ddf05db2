package io.clickstreamlake.local.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PortForwardTest {

  /** Another IP address of this machine that only this machine can reach. */
  private InetAddress outside;

  @BeforeEach
  void findAnotherAddress() throws IOException {
    outside = InetAddress.getByName("127.0.0.2");
    boolean there;
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(outside, 0));
      there = true;
    } catch (IOException e) {
      there = false;
    }
    assumeTrue(there, "this machine has no second loopback address, 127.0.0.2");
  }

  @Test
  void givenAServerOnTheLoopbackAddressWhenConnectedFromOutsideThenBothReceiveAllBytes()
      throws Exception {
    try (ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      PortForward.start(outside, server.getLocalPort());
      String question = "q".repeat(300_000);

      try (Socket client = new Socket(outside, server.getLocalPort())) {
        Thread asking = new Thread(() -> write(client, question));
        asking.start();
        try (Socket accepted = server.accept()) {
          assertThat(read(accepted)).isEqualTo(question);
          write(accepted, "answer");
        }
        asking.join();
        assertThat(read(client)).isEqualTo("answer");
      }
    }
  }

  @Test
  void givenNoServerWhenConnectedFromOutsideThenTheConnectionIsClosed() throws Exception {
    int port;
    try (ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      port = server.getLocalPort();
      PortForward.start(outside, port);
    }

    try (Socket client = new Socket(outside, port)) {
      assertThat(read(client)).isEmpty();
    }
  }

  private static String read(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Writes the text and closes the output. */
  private static void write(Socket socket, String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
