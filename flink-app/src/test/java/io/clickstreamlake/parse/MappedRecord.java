package io.clickstreamlake.parse;

import io.clickstreamlake.parse.mapping.EventMapping;
import io.clickstreamlake.parse.mapping.ParserLimits;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Records that are read with the text of a mapping, for assertions. */
final class MappedRecord {

  private static final Map<String, RecordReader> READERS = new HashMap<>();

  private MappedRecord() {}

  /** Reads a record with a mapping and the default settings. */
  static ParsedRecord of(String mapping, String record) {
    return of(mapping, record.getBytes(StandardCharsets.UTF_8));
  }

  static ParsedRecord of(String mapping, byte[] record) {
    return ParsedRecord.of(record, READERS.computeIfAbsent(mapping, MappedRecord::reader));
  }

  static RecordReader reader(String mapping) {
    return reader(mapping, Map.of());
  }

  static RecordReader reader(String mapping, Map<String, String> settings) {
    return new RecordReader(
        EventMapping.parse("test", mapping), ParserLimits.of(ParsedRecord.settings(settings)));
  }
}
