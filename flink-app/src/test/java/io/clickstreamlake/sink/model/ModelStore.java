package io.clickstreamlake.sink.model;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * An in-memory object store with multipart uploads. It follows the rules of S3 that exactly-once
 * rests on:
 *
 * <ul>
 *   <li>an upload is invisible until it is completed, and then the object appears atomically;
 *   <li>a part is replaced by a later part of the same number, also from another process;
 *   <li>an upload is completed with a list of parts and their ETags; if a part with that ETag no
 *       longer exists, the completion fails with {@code InvalidPart}; parts that are not listed are
 *       dropped;
 *   <li>after it was completed or aborted, the upload does not exist: {@code NoSuchUpload};
 *   <li>completing an upload replaces the object of that key.
 * </ul>
 *
 * <p>Every call can fail or crash the caller, before or after its effect. Calls are thread-safe;
 * what a test reads or sets is for when no call runs.
 */
public final class ModelStore implements AutoCloseable {

  private static final String COMPLETE = "CompleteMultipartUpload ";

  private static final String METADATA_PREFIX = "_sink/";

  private static final Map<String, ModelStore> STORES = new ConcurrentHashMap<>();
  private static final AtomicLong NEXT_NAME = new AtomicLong();

  private final String name;
  private final TreeMap<String, byte[]> objects = new TreeMap<>();
  private final Map<String, Long> modified = new HashMap<>();
  private final Map<String, Upload> uploads = new HashMap<>();
  private final List<String> sideObjects = new ArrayList<>();
  private final List<String> calls = new ArrayList<>();
  private final Map<String, Integer> completions = new TreeMap<>();
  private Faults faults = Faults.none();
  private long nextUpload;
  private long changes;
  private ModelStore original;

  private record Upload(String key, TreeMap<Integer, byte[]> parts) {}

  /** Uploads that one process took over from another, which may still run. */
  private final Set<String> takenOver = new HashSet<>();

  /** The uploader's record of a part. */
  record PartTag(int number, long etag) {}

  public ModelStore() {
    this("store" + NEXT_NAME.incrementAndGet());
  }

  private ModelStore(String name) {
    this.name = name;
    STORES.put(name, this);
  }

  /** Creates an empty store with a fixed name, to which stored state refers. */
  public static ModelStore named(String name) {
    return new ModelStore(name);
  }

  /** Creates a store with the open uploads from {@link #dumpUploads}. */
  public static ModelStore named(String name, byte[] dump) throws IOException {
    ModelStore store = new ModelStore(name);
    DataInputDeserializer in = new DataInputDeserializer(dump);
    for (int uploads = in.readInt(); uploads > 0; uploads--) {
      String id = in.readUTF();
      Upload upload = new Upload(in.readUTF(), new TreeMap<>());
      for (int parts = in.readInt(); parts > 0; parts--) {
        int number = in.readInt();
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        upload.parts().put(number, bytes);
      }
      store.uploads.put(id, upload);
    }
    return store;
  }

  /** Serializes the open uploads with their parts. */
  public byte[] dumpUploads() throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(4_096);
    out.writeInt(uploads.size());
    for (Map.Entry<String, Upload> upload : uploads.entrySet()) {
      out.writeUTF(upload.getKey());
      out.writeUTF(upload.getValue().key());
      out.writeInt(upload.getValue().parts().size());
      for (Map.Entry<Integer, byte[]> part : upload.getValue().parts().entrySet()) {
        out.writeInt(part.getKey());
        out.writeInt(part.getValue().length);
        out.write(part.getValue());
      }
    }
    return out.getCopyOfBuffer();
  }

  static ModelStore find(String name) throws IOException {
    ModelStore store = STORES.get(name);
    if (store == null) {
      throw new IOException("There is no model store " + name + ".");
    }
    return store;
  }

  @Override
  public void close() {
    if (original == null) {
      STORES.remove(name);
    } else {
      STORES.put(name, original);
    }
  }

  /** URI of the root of this store. */
  public String uri() {
    return ModelFileSystemFactory.SCHEME + "://" + name;
  }

  public void faults(Faults faults) {
    this.faults = faults;
  }

  /** Number of calls so far. */
  public long calls() {
    return calls.size();
  }

  public String call(int index) {
    return calls.get(index);
  }

  /** The objects of tables: all except those with the prefix {@code _sink/}. */
  public Map<String, byte[]> objects() {
    Map<String, byte[]> visible = new TreeMap<>(objects);
    visible.keySet().removeIf(key -> key.startsWith(METADATA_PREFIX));
    return visible;
  }

  /** All objects, including those outside of the tables. */
  public Map<String, byte[]> allObjects() {
    return objects;
  }

  /** Number of times that an object was created, replaced or deleted. */
  public long changes() {
    return changes;
  }

  /**
   * Creates a copy that replaces this store until the copy is closed: paths resolve to the copy. It
   * has no faults.
   */
  public ModelStore fork() {
    ModelStore fork = new ModelStore(name);
    fork.original = this;
    fork.objects.putAll(objects);
    fork.modified.putAll(modified);
    fork.changes = changes;
    uploads.forEach(
        (id, upload) ->
            fork.uploads.put(id, new Upload(upload.key(), new TreeMap<>(upload.parts()))));
    fork.nextUpload = nextUpload;
    return fork;
  }

  /** Objects that are not files of the table: the incomplete parts that persist() stores. */
  public List<String> sideObjects() {
    return sideObjects;
  }

  /** Number of completions per key. */
  public Map<String, Integer> completions() {
    return completions;
  }

  public int openUploads() {
    return uploads.size();
  }

  /** Aborts all incomplete uploads, as a lifecycle rule does. */
  public void abortAllUploads() {
    uploads.clear();
  }

  void takeOver(String id) {
    takenOver.add(id);
  }

  // The calls.

  String createUpload(String key) throws IOException {
    return call(
        "CreateMultipartUpload " + key,
        () -> {
          String id = "upload" + nextUpload++;
          uploads.put(id, new Upload(key, new TreeMap<>()));
          return id;
        });
  }

  PartTag uploadPart(String id, int number, byte[] bytes) throws IOException {
    return call(
        "UploadPart " + number + " of " + id,
        () -> {
          upload(id).parts().put(number, bytes);
          return new PartTag(number, etag(bytes));
        });
  }

  void complete(String id, List<PartTag> tags) throws IOException {
    call(
        COMPLETE + id,
        () -> {
          Upload upload = upload(id);
          int length = 0;
          for (PartTag tag : tags) {
            byte[] part = upload.parts().get(tag.number());
            if (part == null || etag(part) != tag.etag()) {
              throw new IOException("InvalidPart: " + tag.number() + " of " + id);
            }
            length += part.length;
          }
          byte[] object = new byte[length];
          int position = 0;
          for (PartTag tag : tags) {
            byte[] part = upload.parts().get(tag.number());
            System.arraycopy(part, 0, object, position, part.length);
            position += part.length;
          }
          objects.put(upload.key(), object);
          modified.put(upload.key(), ++changes);
          completions.merge(upload.key(), 1, Integer::sum);
          uploads.remove(id);
          return null;
        });
  }

  void putSideObject(String key) throws IOException {
    call(
        "PutObject " + key,
        () -> {
          sideObjects.add(key);
          return null;
        });
  }

  void put(String key, byte[] bytes) throws IOException {
    call(
        "PutObject " + key,
        () -> {
          modified.put(key, ++changes);
          return objects.put(key, bytes);
        });
  }

  void delete(String key) throws IOException {
    call(
        "DeleteObject " + key,
        () -> {
          changes++;
          return objects.remove(key);
        });
  }

  /**
   * What is directly in a folder: the lengths of objects by key, and -1 for a subfolder, whose name
   * has no slash at its end.
   */
  Map<String, Long> list(String folder) throws IOException {
    return call(
        "ListObjects " + folder,
        () -> {
          Map<String, Long> found = new TreeMap<>();
          objects
              .subMap(folder, folder + Character.MAX_VALUE)
              .forEach(
                  (key, object) -> {
                    int slash = key.indexOf('/', folder.length());
                    if (slash < 0) {
                      found.put(key, (long) object.length);
                    } else {
                      found.put(key.substring(0, slash), -1L);
                    }
                  });
          return found;
        });
  }

  long length(String key) throws IOException {
    return call(
        "HeadObject " + key,
        () -> {
          byte[] object = objects.get(key);
          if (object == null) {
            throw new FileNotFoundException(key);
          }
          return (long) object.length;
        });
  }

  byte[] get(String key) throws IOException {
    return call(
        "GetObject " + key,
        () -> {
          byte[] object = objects.get(key);
          if (object == null) {
            throw new FileNotFoundException(key);
          }
          return object.clone();
        });
  }

  /** Grows with each change of an object; 0 for a folder. */
  synchronized long modified(String key) {
    return modified.getOrDefault(key, 0L);
  }

  synchronized List<String> keysBelow(String folder) {
    return new ArrayList<>(objects.subMap(folder + "/", folder + "0").keySet());
  }

  private Upload upload(String id) throws IOException {
    Upload upload = uploads.get(id);
    if (upload == null) {
      throw new IOException("NoSuchUpload: " + id);
    }
    return upload;
  }

  private static long etag(byte[] bytes) {
    return (long) Arrays.hashCode(bytes) << 32 | bytes.length;
  }

  private interface Effect<R> {
    R run() throws IOException;
  }

  private synchronized <R> R call(String call, Effect<R> effect) throws IOException {
    long index = calls.size();
    calls.add(call);
    Fault fault = faults.at(index);
    if (fault == Fault.CRASH_BEFORE) {
      throw new SimulatedCrash(call);
    }
    if (fault == Fault.FAIL_BEFORE) {
      throw new IOException("503 SlowDown: " + call);
    }
    if (fault == Fault.ZOMBIE_PART && call.startsWith(COMPLETE)) {
      String id = call.substring(COMPLETE.length());
      if (takenOver.contains(id) && uploads.containsKey(id)) {
        TreeMap<Integer, byte[]> parts = uploads.get(id).parts();
        parts.put(parts.lastKey(), new byte[] {1, 2, 3});
      }
    }
    R result = effect.run();
    if (fault == Fault.CRASH_AFTER) {
      throw new SimulatedCrash(call);
    }
    if (fault == Fault.FAIL_AFTER) {
      throw new IOException("connection reset: " + call);
    }
    return result;
  }
}
