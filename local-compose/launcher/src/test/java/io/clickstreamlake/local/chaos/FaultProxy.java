package io.clickstreamlake.local.chaos;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A proxy between a client and S3 that simulates failures of S3 and of the network. It forwards
 * bytes unchanged, so signatures stay valid. The fault of a connection is drawn when it is opened;
 * while faults are on, connections are short, so that nearly every request can meet one. It records
 * the requests that it forwards.
 */
final class FaultProxy implements AutoCloseable {

  /** A fault of a connection. */
  enum Fault {
    /** The connection is reset before anything was read. */
    RESET,
    /** The request gets the status 500. */
    ERROR_500,
    /** The request gets the status 503, which S3 sends to slow clients down. */
    SLOW_DOWN_503,
    /** The request is read and never answered. */
    SILENCE,
    /** The request is carried out; the connection is reset instead of answered. */
    ANSWER_LOST,
    /** The connection is reset at a random moment. */
    CUT
  }

  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final int MAX_LIFE_MILLIS = 400;
  private static final Pattern LENGTH =
      Pattern.compile("(?im)^content-length:\\s*(\\d+)\\s*$", Pattern.MULTILINE);
  private static final int MAX_LINE_LENGTH = 65_536;
  private static final Pattern REQUEST_LINE =
      Pattern.compile("(GET|HEAD|PUT|POST|DELETE) /(\\S*) HTTP/1\\.1$");
  private static final Pattern DELETED_KEY = Pattern.compile("<Key>([^<]+)</Key>");
  private static final Pattern EXPECT = Pattern.compile("(?im)^expect:\\s*100-continue");

  private final ServerSocket server;
  private final CompletableFuture<InetSocketAddress> target = new CompletableFuture<>();
  private final ExecutorService threads = Executors.newCachedThreadPool(FaultProxy::daemon);
  private final Map<Fault, AtomicLong> counts = new EnumMap<>(Fault.class);
  private final Map<Socket, Boolean> open = new ConcurrentHashMap<>();
  private final Set<String> requests = ConcurrentHashMap.newKeySet();
  private final Random random;
  private volatile double share;

  FaultProxy(long seed) throws IOException {
    random = new Random(seed);
    for (Fault fault : Fault.values()) {
      counts.put(fault, new AtomicLong());
    }
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** Connections wait until this is called. */
  void forwardTo(URI endpoint) {
    target.complete(new InetSocketAddress(endpoint.getHost(), endpoint.getPort()));
  }

  /**
   * Sets the share of connections that meet a fault; 0 for none. Connections that are still open
   * are closed: requests over them would meet no fault.
   */
  void faults(double newShare) {
    share = newShare;
    if (newShare > 0) {
      List.copyOf(open.keySet()).forEach(this::close);
    }
  }

  Map<Fault, Long> counts() {
    Map<Fault, Long> now = new EnumMap<>(Fault.class);
    counts.forEach((fault, count) -> now.put(fault, count.get()));
    return now;
  }

  /**
   * All distinct request lines so far, such as {@code PUT /bucket/key?partNumber=1 HTTP/1.1}. A
   * request that deletes several objects appears as one DELETE per object.
   */
  Set<String> requests() {
    return Set.copyOf(requests);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        open.put(client, true);
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    Fault fault = null;
    synchronized (random) {
      if (random.nextDouble() < share) {
        List<Fault> all = List.of(Fault.values());
        fault = all.get(random.nextInt(all.size()));
      }
    }
    try {
      if (fault == null || fault == Fault.CUT || fault == Fault.ANSWER_LOST) {
        pass(client, fault);
      } else {
        fail(client, fault);
      }
      if (fault != null) {
        counts.get(fault).incrementAndGet();
      }
    } catch (IOException e) {
      // One side has closed the connection; the other side is closed below.
    } finally {
      close(client);
    }
  }

  private static void fail(Socket client, Fault fault) throws IOException {
    if (fault == Fault.RESET) {
      client.setSoLinger(true, 0);
      return;
    }
    readRequest(client);
    if (fault == Fault.SILENCE) {
      client.setSoTimeout((int) SILENCE.toMillis());
      client.getInputStream().read();
      return;
    }
    boolean slowDown = fault == Fault.SLOW_DOWN_503;
    String body =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>"
            + (slowDown ? "SlowDown" : "InternalError")
            + "</Code><Message>on purpose</Message></Error>";
    String answer =
        (slowDown ? "HTTP/1.1 503 Slow Down" : "HTTP/1.1 500 Internal Server Error")
            + "\r\nContent-Type: application/xml\r\nConnection: close\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    client.shutdownOutput();
  }

  /** Reads the head, and the body unless the client expects a 100 response first. */
  private static void readRequest(Socket client) throws IOException {
    InputStream in = new BufferedInputStream(client.getInputStream());
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      head.write(next);
    }
    String text = head.toString(StandardCharsets.US_ASCII);
    Matcher length = LENGTH.matcher(text);
    if (length.find() && !EXPECT.matcher(text).find()) {
      in.skipNBytes(Long.parseLong(length.group(1)));
    }
  }

  private void pass(Socket client, Fault fault) throws IOException {
    try (Socket backend = new Socket()) {
      open.put(backend, true);
      backend.connect(target.join());
      if (fault == Fault.CUT || share > 0) {
        cutLater(client, backend);
      }
      CompletableFuture<Void> up =
          CompletableFuture.runAsync(() -> copyRequests(client, backend), threads);
      if (fault == Fault.ANSWER_LOST) {
        // After the first byte of the answer the request has been carried out.
        backend.getInputStream().read();
        client.setSoLinger(true, 0);
        return;
      }
      copy(backend, client);
      close(client);
      up.join();
    }
  }

  private void cutLater(Socket client, Socket backend) {
    long life;
    synchronized (random) {
      life = random.nextInt(MAX_LIFE_MILLIS);
    }
    CompletableFuture.delayedExecutor(life, TimeUnit.MILLISECONDS, threads)
        .execute(
            () -> {
              try {
                client.setSoLinger(true, 0);
              } catch (IOException e) {
                // It has ended already.
              }
              close(client);
              close(backend);
            });
  }

  private void copyRequests(Socket from, Socket to) {
    try {
      byte[] buffer = new byte[8192];
      StringBuilder line = new StringBuilder();
      String bucket = "";
      InputStream in = from.getInputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        to.getOutputStream().write(buffer, 0, read);
        for (int i = 0; i < read; i++) {
          if (buffer[i] == '\r') {
            bucket = record(line.toString(), bucket);
          } else if (buffer[i] == '\n') {
            line.setLength(0);
          } else if (line.length() < MAX_LINE_LENGTH) {
            line.append((char) (buffer[i] & 0xFF));
          }
        }
      }
    } catch (IOException e) {
      // Closed by one side or by this proxy.
    } finally {
      close(to);
    }
  }

  /**
   * Records the requests in a line. A line is a header, or a body and the request line after it,
   * since a body ends without a line break.
   *
   * @param bucket of the last request
   * @return the bucket of the request in the line, or of the last request if there is none
   */
  private String record(String line, String bucket) {
    // A request to delete several objects has their keys in its body.
    Matcher deleted = DELETED_KEY.matcher(line);
    while (deleted.find()) {
      requests.add("DELETE /" + bucket + "/" + deleted.group(1) + " HTTP/1.1");
    }
    Matcher request = REQUEST_LINE.matcher(line);
    if (!request.find()) {
      return bucket;
    }
    if (!request.group(2).endsWith("?delete")) {
      requests.add(request.group());
    }
    return request.group(2).split("[/?]", 2)[0];
  }

  private void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // Closed by one side or by this proxy.
    } finally {
      close(to);
    }
  }

  private void close(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed already.
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "fault-proxy");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List.copyOf(open.keySet()).forEach(this::close);
    threads.shutdownNow();
  }
}
