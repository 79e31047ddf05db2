package io.clickstreamlake.benchmarks.layout;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A proxy between a client and S3 that counts the bytes that the client sends: headers and bodies.
 * Listens on the loopback address.
 */
final class S3Meter implements AutoCloseable {

  private final URI s3;
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicLong sent = new AtomicLong();

  private S3Meter(URI s3) throws IOException {
    this.s3 = s3;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /**
   * @param s3 URL of the S3 service, with a port
   */
  static S3Meter before(URI s3) throws IOException {
    S3Meter meter = new S3Meter(s3);
    meter.threads.execute(meter::accept);
    return meter;
  }

  /** URL of the proxy. */
  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** Bytes that clients have sent so far. */
  long bytesSent() {
    return sent.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        connect(server.accept());
      } catch (IOException e) {
        // Closed, or S3 is unreachable: the client sees its connection close.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    try {
      Socket service = new Socket(s3.getHost(), s3.getPort());
      threads.execute(() -> pass(client, service, sent));
      threads.execute(() -> pass(service, client, new AtomicLong()));
    } catch (IOException e) {
      client.close();
      throw e;
    }
  }

  /** Copies until one side closes, then closes both. */
  private static void pass(Socket from, Socket to, AtomicLong count) {
    byte[] buffer = new byte[1 << 16];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        count.addAndGet(n);
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // The other side has closed.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }
}
