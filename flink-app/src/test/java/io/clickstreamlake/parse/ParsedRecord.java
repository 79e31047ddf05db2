package io.clickstreamlake.parse;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.TextFile;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.event.ParsedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.SourceRecord;
import io.clickstreamlake.parse.mapping.EventMapping;
import io.clickstreamlake.parse.mapping.ParserLimits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The outcomes of one parsed record, for assertions. */
final class ParsedRecord {

  /** Arrival of every record in these tests. */
  static final Instant ARRIVAL = Instant.parse("2026-11-20T10:20:00Z");

  /** Tests reuse one reader per configuration, as a job does for all its records. */
  private static final Map<Map<String, String>, RecordReader> READERS = new HashMap<>();

  /**
   * A rejected piece. The payload is at start in bytes: those of the record, or of its expansion.
   */
  record RejectedPiece(
      RejectedException cause, int position, byte[] bytes, int start, byte[] payload) {
    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }
  }

  final List<ParsedEvent> events = new ArrayList<>();
  final List<RejectedPiece> rejected = new ArrayList<>();

  /** Number of events in the record, as returned by the reader. */
  int received;

  /** Bytes that were read more than once. */
  long workSpent;

  /** Reads a record with the mapping and settings of a job. */
  static ParsedRecord of(byte[] data, Map<String, String> overrides) {
    return of(data, READERS.computeIfAbsent(overrides, ParsedRecord::reader));
  }

  static ParsedRecord of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  private static RecordReader reader(Map<String, String> overrides) {
    JobSettings settings = settings(overrides);
    String mapping = overrides.getOrDefault("parse.mapping", "default");
    ParserLimits limits = ParserLimits.of(settings);
    EventMapping compiled =
        EventMapping.parse(mapping, TextFile.read("parse.mapping", mapping, "mappings/%s.yaml"));
    return new RecordReader(compiled, limits);
  }

  static ParsedRecord of(byte[] data, RecordReader reader) {
    ParsedRecord result = new ParsedRecord();
    SourceRecord record =
        new SourceRecord(
            data, new Origin("clicks", "shardId-000000000000", "495"), ARRIVAL.toEpochMilli());
    result.received =
        reader.read(
            record,
            ARRIVAL,
            new RecordOutput() {
              @Override
              public void event(ParsedEvent event) {
                result.events.add(event);
              }

              @Override
              public void rejected(
                  RejectedException cause, int position, byte[] bytes, int start, int end) {
                result.rejected.add(
                    new RejectedPiece(
                        cause, position, bytes, start, Arrays.copyOfRange(bytes, start, end)));
              }
            });
    result.workSpent = reader.workSpent();
    return result;
  }

  static JobSettings settings(Map<String, String> overrides) {
    Map<String, String> texts = new HashMap<>(overrides);
    texts.put("source.stream", "clicks");
    texts.put("source.region", "eu-central-1");
    texts.put("sink.path", "s3://processed");
    return JobSettings.of(texts);
  }
}
