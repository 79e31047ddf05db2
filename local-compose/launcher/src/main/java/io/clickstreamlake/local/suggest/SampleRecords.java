package io.clickstreamlake.local.suggest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The JSON values of sample records, and the steps that whole records need before. */
final class SampleRecords {

  /** A zero and the number of a schema. */
  private static final int CONFLUENT_HEADER = 5;

  /** A three, a zero or five, and the id of a schema version. */
  private static final int GLUE_HEADER = 18;

  private static final Pattern FORM =
      Pattern.compile("\\??[\\w.%\\[\\]-]+=[^&\\s]*(&[\\w.%\\[\\]-]*(=[^&\\s]*)?)*");

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build()
          .readerFor(JsonNode.class);

  private final List<JsonNode> values = new ArrayList<>();
  private final Set<String> steps = new LinkedHashSet<>();
  private int unreadable;

  void add(byte[] record) {
    Optional<String> header = header(record);
    byte[] body =
        header
            .map(name -> name.equals("confluent") ? CONFLUENT_HEADER : GLUE_HEADER)
            .map(length -> Arrays.copyOfRange(record, length, record.length))
            .orElse(record);
    // Jackson would guess an encoding from bytes that are no JSON.
    String text =
        new String(CompressedText.expanded(body), StandardCharsets.UTF_8).replace("\ufeff", "");
    int before = values.size();
    if (FORM.matcher(text.strip()).matches()) {
      values.add(form(text.strip()));
      steps.add("{decode: form}");
    } else {
      read(text);
    }
    if (values.size() == before) {
      unreadable++;
    } else {
      header.ifPresent(name -> steps.add("{header: " + name + "}"));
    }
  }

  /** A record's values up to one that is broken, if there is one. */
  private void read(String text) {
    try (var all = JSON.<JsonNode>readValues(text)) {
      while (all.hasNextValue()) {
        JsonNode value = all.nextValue();
        if (value.isContainerNode()) {
          values.add(value);
        }
      }
    } catch (JsonProcessingException e) {
      // The job rejects what follows.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> header(byte[] record) {
    if (record.length > CONFLUENT_HEADER && record[0] == 0) {
      return Optional.of("confluent");
    }
    boolean isGlue =
        record.length > GLUE_HEADER && record[0] == 3 && (record[1] == 0 || record[1] == 5);
    return isGlue ? Optional.of("glue") : Optional.empty();
  }

  private static ObjectNode form(String text) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    for (String field : text.replaceFirst("^\\?", "").split("&")) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        fields.put(unescaped(field.substring(0, equals)), unescaped(field.substring(equals + 1)));
      }
    }
    return fields;
  }

  private static String unescaped(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  List<JsonNode> values() {
    return values;
  }

  /** Steps of the section {@code unwrap} that apply to whole records. */
  List<String> steps() {
    return List.copyOf(steps);
  }

  /** Number of records without a value. */
  int unreadable() {
    return unreadable;
  }
}
