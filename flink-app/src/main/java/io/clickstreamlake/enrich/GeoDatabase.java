package io.clickstreamlake.enrich;

import com.maxmind.db.CHMCache;
import com.maxmind.db.Reader;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.ValidationErrors;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database in MaxMind format on disk or S3, loaded into memory once per task manager and reloaded
 * when its modification time changes. While the file is absent, lookups return null. Thread-safe.
 */
final class GeoDatabase {

  private static final Logger LOG = LoggerFactory.getLogger(GeoDatabase.class);

  /** The metadata is in the last 128 KiB, after the last occurrence of its marker. */
  private static final int METADATA_BYTES = 128 * 1024;

  private static final String METADATA_MARKER = "\u00AB\u00CD\u00EFMaxMind.com";

  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;

  private static final Map<String, GeoDatabase> SHARED = new ConcurrentHashMap<>();

  private final Path path;
  private final long refreshNanos;
  private volatile Reader reader;
  private volatile long nextCheck;
  private long modified = -1;
  private String lastProblem;

  private GeoDatabase(String path, Duration refresh) {
    this.path = new Path(path);
    this.refreshNanos = refresh.toNanos();
    this.nextCheck = System.nanoTime();
  }

  static GeoDatabase shared(String path, Duration refresh) {
    return SHARED.computeIfAbsent(path, name -> new GeoDatabase(name, refresh));
  }

  /**
   * Reports a problem if the path has no readable database. This reads only the end of the file,
   * where the metadata starts with a marker (MaxMind DB format, "Database Metadata").
   */
  void check(ValidationErrors problems) {
    String problem = null;
    try {
      long length = path.getFileSystem().getFileStatus(path).getLen();
      try (FSDataInputStream in = path.getFileSystem().open(path)) {
        in.seek(Math.max(0, length - METADATA_BYTES));
        String end = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        if (!end.contains(METADATA_MARKER)) {
          problem = "the file is not a database in MaxMind format";
        }
      }
    } catch (IOException | RuntimeException e) {
      problem = e.getMessage();
    }
    if (problem != null) {
      problems.add(
          JobOptions.ENRICH_GEO_DATABASE.key()
              + ": '"
              + path
              + "' cannot be used: "
              + problem
              + ". Set the path of a MaxMind-format file, file:// or s3://");
    }
  }

  /** Returns the entry of the IP address, or null if the database has none or is absent. */
  Map<?, ?> find(InetAddress address) {
    if (System.nanoTime() - nextCheck >= 0) {
      reloadIfChanged();
    }
    Reader current = reader;
    if (current == null || address.getAddress().length > addressBytes(current)) {
      return null;
    }
    try {
      return current.get(address, Map.class);
    } catch (IOException | RuntimeException e) {
      // A damaged entry may throw either. The message may contain the visitor's IP address.
      warnOnce("cannot be read: " + e.getClass().getSimpleName());
      return null;
    }
  }

  /**
   * Length of the database's addresses. An IPv4 database would take the first bytes of an IPv6
   * address for an IPv4 address.
   */
  private static int addressBytes(Reader database) {
    return database.getMetadata().getIpVersion() == 4 ? IPV4_BYTES : IPV6_BYTES;
  }

  private synchronized void reloadIfChanged() {
    if (System.nanoTime() - nextCheck < 0) {
      return; // Another subtask has just checked.
    }
    if (reader != null) {
      // While a new version is loaded, other subtasks continue with the old one. Before the first
      // one is loaded they wait: their events would lose the country.
      nextCheck = System.nanoTime() + refreshNanos;
    }
    try {
      long found = path.getFileSystem().getFileStatus(path).getModificationTime();
      if (found == modified) {
        return;
      }
      try (InputStream in = path.getFileSystem().open(path)) {
        // The old reader is left to the garbage collector: other threads may still use it.
        reader = new Reader(in, new CHMCache());
      }
      modified = found;
      lastProblem = null;
      LOG.info("Geo database {} is loaded, built {}", path, reader.getMetadata().getBuildDate());
    } catch (IOException | RuntimeException e) {
      warnOnce("cannot be opened: " + e.getMessage());
    } finally {
      nextCheck = System.nanoTime() + refreshNanos;
    }
  }

  /** Logs each problem once, not once per event. */
  private synchronized void warnOnce(String problem) {
    if (!problem.equals(lastProblem)) {
      lastProblem = problem;
      LOG.warn(
          "Geo database {} {}. {} Set enrich.geo.database to a MaxMind-format file.",
          path,
          problem,
          reader == null ? "The geo columns stay null." : "The previous version stays in use.");
    }
  }
}
