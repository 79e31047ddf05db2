package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.event.RejectedException;
import io.clickstreamlake.event.Rejection;
import io.clickstreamlake.event.RejectionReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RejectionEncoderTest {

  @Test
  void givenTextWhenWrittenThenTheLineHoldsItAndAllColumnsOfTheContract() throws IOException {
    JsonNode line = line("{\"a\":\n\"é\u0000\"}".getBytes(StandardCharsets.UTF_8));

    List<String> names = new ArrayList<>();
    line.fieldNames().forEachRemaining(names::add);
    List<String> contract = new ArrayList<>(List.of("reason"));
    RejectedEvent.getClassSchema().getFields().forEach(field -> contract.add(field.name()));
    assertThat(names).isEqualTo(contract);
    assertThat(line.get("reason").asText()).isEqualTo("malformed_json");
    assertThat(line.get("arrival_time").asText()).isEqualTo("2026-11-20 10:20:00.007");
    assertThat(line.get("payload").asText()).isEqualTo("{\"a\":\n\"é\u0000\"}");
    assertThat(line.get("payload_encoding").asText()).isEqualTo("utf-8");
  }

  @Test
  void givenBytesThatAreNoTextWhenWrittenThenTheyAreBase64() throws IOException {
    byte[] bytes = {(byte) 0x1F, (byte) 0x8B, 0, (byte) 0xFF};

    JsonNode line = line(bytes);

    assertThat(line.get("payload").binaryValue()).isEqualTo(bytes);
    assertThat(line.get("payload_encoding").asText()).isEqualTo("base64");
  }

  private static JsonNode line(byte[] payload) throws IOException {
    Rejection rejection =
        Rejection.of(
            RejectedException.of(RejectionReason.MALFORMED_JSON, "not JSON at byte 3"),
            "clicks",
            "shardId-000000000000",
            "495",
            2,
            Instant.parse("2026-11-20T10:20:00.007Z").toEpochMilli(),
            payload);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new RejectionEncoder("1.2.3").encode(rejection, out);
    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(text).endsWith("}\n");
    assertThat(text.indexOf('\n')).as("one line").isEqualTo(text.length() - 1);
    return new ObjectMapper().readTree(text);
  }
}
