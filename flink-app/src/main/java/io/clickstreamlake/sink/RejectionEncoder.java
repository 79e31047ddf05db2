package io.clickstreamlake.sink;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.clickstreamlake.event.Rejection;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.apache.flink.api.common.serialization.Encoder;

/**
 * Writes a rejection as one line of JSON with the columns of rejected_event.avsc, and the reason
 * besides, so that a line says it all without its folder.
 */
final class RejectionEncoder implements Encoder<Rejection> {

  private static final long serialVersionUID = 1L;

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  /** The form that Athena's JSON SerDe reads as a timestamp. */
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final String jobVersion;

  RejectionEncoder(String jobVersion) {
    this.jobVersion = jobVersion;
  }

  @Override
  public void encode(Rejection rejection, OutputStream out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("reason", rejection.reason);
      json.writeStringField("column_name", rejection.column);
      json.writeStringField("message", rejection.message);
      json.writeStringField("stream", rejection.stream);
      json.writeStringField("shard_id", rejection.shardId);
      json.writeStringField("sequence_number", rejection.sequenceNumber);
      json.writeNumberField("position", rejection.position);
      json.writeStringField(
          "arrival_time", TIMESTAMP.format(Instant.ofEpochMilli(rejection.arrivalTime)));
      json.writeStringField("job_version", jobVersion);
      writePayload(json, rejection.payload);
      json.writeEndObject();
    }
    out.write('\n');
  }

  private static void writePayload(JsonGenerator json, byte[] payload) throws IOException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
    } catch (CharacterCodingException e) {
      json.writeBinaryField("payload", payload);
      json.writeStringField("payload_encoding", "base64");
      return;
    }
    json.writeStringField("payload", text);
    json.writeStringField("payload_encoding", "utf-8");
  }
}
