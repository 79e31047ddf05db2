package io.clickstreamlake.enrich;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A writer of minimal databases in MaxMind DB format 2.0: one tree node whose two records both
 * point to the same entry, so every IPv4 address has that entry.
 *
 * <pre>
 * tree (1 node: 2 records of 24 bits) | 16 zero bytes | data | marker | metadata
 * </pre>
 */
final class MaxMindFile {

  private static final int NODES = 1;
  private static final int SEPARATOR = 16;

  private MaxMindFile() {}

  static void write(Path file, Map<String, ?> entry) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int record = 0; record < 2; record++) {
      // A record above the number of nodes points into the data: value - nodes - 16.
      int pointer = NODES + SEPARATOR;
      out.write(pointer >> 16);
      out.write(pointer >> 8);
      out.write(pointer);
    }
    out.write(new byte[SEPARATOR]);
    value(out, entry);
    out.write(new byte[] {(byte) 0xAB, (byte) 0xCD, (byte) 0xEF});
    out.write("MaxMind.com".getBytes(StandardCharsets.UTF_8));
    Map<String, Object> metadata = new TreeMap<>();
    metadata.put("binary_format_major_version", (short) 2);
    metadata.put("binary_format_minor_version", (short) 0);
    metadata.put("build_epoch", 1_700_000_000L);
    metadata.put("database_type", "Test");
    metadata.put("description", Map.of("en", "test"));
    metadata.put("ip_version", (short) 4);
    metadata.put("languages", List.of("en"));
    metadata.put("node_count", NODES);
    metadata.put("record_size", (short) 24);
    value(out, metadata);
    Files.write(file, out.toByteArray());
  }

  private static void value(ByteArrayOutputStream out, Object value) throws IOException {
    if (value instanceof Map<?, ?> map) {
      out.write(7 << 5 | map.size());
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        value(out, entry.getKey());
        value(out, entry.getValue());
      }
    } else if (value instanceof List<?> list) {
      extended(out, 11, list.size());
      for (Object element : list) {
        value(out, element);
      }
    } else if (value instanceof Long number) {
      extended(out, 9, 8);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) (number >> shift));
      }
    } else if (value instanceof Short number) {
      out.write(5 << 5 | 2);
      out.write(number >> 8);
      out.write(number);
    } else if (value instanceof Integer number) {
      out.write(6 << 5 | 4);
      for (int shift = 24; shift >= 0; shift -= 8) {
        out.write(number >> shift);
      }
    } else {
      byte[] text = value.toString().getBytes(StandardCharsets.UTF_8);
      out.write(2 << 5 | text.length);
      out.write(text);
    }
  }

  /** Types above 7: the control byte contains the size, the next byte the type minus 7. */
  private static void extended(ByteArrayOutputStream out, int type, int size) {
    out.write(size);
    out.write(type - 7);
  }
}
