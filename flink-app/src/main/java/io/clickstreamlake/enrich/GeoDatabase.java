package io.clickstreamlake.enrich;

import com.maxmind.db.CHMCache;
import com.maxmind.db.Reader;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.ValidationErrors;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.core.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A MaxMind-format database on disk or S3, held in memory once a task manager and read again when
 * its modification time changes. While there is none it answers null.
 */
final class GeoDatabase {

  private static final Logger LOG = LoggerFactory.getLogger(GeoDatabase.class);

  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  private static final Map<String, GeoDatabase> SHARED = new ConcurrentHashMap<>();

  private final Path path;
  private final long refreshNanos;
  private volatile Reader reader;
  private volatile long nextLook;
  private long modified = -1;
  private String lastProblem;

  private GeoDatabase(String address, Duration refresh) {
    this.path = new Path(address);
    this.refreshNanos = refresh.toNanos();
    this.nextLook = System.nanoTime();
  }

  static GeoDatabase shared(String address, Duration refresh) {
    return SHARED.computeIfAbsent(address, name -> new GeoDatabase(name, refresh));
  }

  /**
   * Adds a problem if there is no readable database at the address. The whole file is read once, as
   * each task manager will.
   */
  static void check(String address, ValidationErrors problems) {
    Path path = new Path(address);
    try (InputStream in = path.getFileSystem().open(path)) {
      new Reader(in).close();
    } catch (IOException | RuntimeException e) {
      problems.add(
          JobOptions.ENRICH_GEO_DATABASE.key()
              + ": '"
              + address
              + "' is no database that can be read; name a MaxMind-format file by its path, file://"
              + " or s3:// ("
              + e.getMessage()
              + ")");
    }
  }

  /** The entry of the address, or null if the database has none or is absent. */
  Map<?, ?> find(InetAddress address) {
    if (System.nanoTime() - nextLook >= 0) {
      look();
    }
    Reader current = reader;
    if (current == null || address.getAddress().length > addressBytes(current)) {
      return null;
    }
    try {
      return current.get(address, Map.class);
    } catch (IOException | RuntimeException e) {
      // A damaged entry shows itself as either. The message may hold the visitor's address.
      complain("cannot be read: " + e.getClass().getSimpleName());
      return null;
    }
  }

  /** A database of IPv4 would read the begin of an IPv6 address as an address of its own. */
  private static int addressBytes(Reader database) {
    return database.getMetadata().getIpVersion() == 4 ? IPV4_BYTES : IPV6_BYTES;
  }

  private synchronized void look() {
    if (System.nanoTime() - nextLook < 0) {
      return; // Another subtask was faster.
    }
    nextLook = System.nanoTime() + refreshNanos;
    try {
      long found = path.getFileSystem().getFileStatus(path).getModificationTime();
      if (found == modified) {
        return;
      }
      try (InputStream in = path.getFileSystem().open(path)) {
        // The old one is left to the collector: other threads may be reading in it.
        reader = new Reader(in, new CHMCache());
      }
      modified = found;
      lastProblem = null;
      LOG.info("Geo database {} of {}", path, reader.getMetadata().getBuildDate());
    } catch (IOException | RuntimeException e) {
      complain("cannot be opened: " + e.getMessage());
    }
  }

  /** Once for each kind of trouble, not once for each event. */
  private synchronized void complain(String problem) {
    if (!problem.equals(lastProblem)) {
      lastProblem = problem;
      LOG.warn(
          "Geo database {} {}. {} Set enrich.geo.database to a MaxMind-format file.",
          path,
          problem,
          reader == null ? "The geo columns stay null." : "The last version stays in use.");
    }
  }
}
