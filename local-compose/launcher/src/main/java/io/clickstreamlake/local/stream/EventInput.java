package io.clickstreamlake.local.stream;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A text of events: JSON lines, JSON values over any number of lines, or lines of records in
 * base64, as such or compressed with gzip. Only the largest record is in memory.
 */
public final class EventInput {

  /** The part of the text that decides the format. */
  private static final int MAX_FIRST_LINE = 1024 * 1024;

  private static final byte[] UTF_8_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private static final JsonFactory JSON = new JsonFactory();
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * Another format that a user may have.
   *
   * @param magic its first bytes
   * @param wayOut a command that turns it into JSON for ./lake; the first %s is the file, the other
   *     the command
   */
  private record Foreign(String title, byte[] magic, String wayOut) {}

  private static final List<Foreign> FOREIGN =
      List.of(
          new Foreign("zstd", bytes(0x28, 0xb5, 0x2f, 0xfd), "zstd -dc %s | ./lake %s -"),
          new Foreign("bzip2", bytes('B', 'Z', 'h'), "bzip2 -dc %s | ./lake %s -"),
          new Foreign("xz", bytes(0xfd, '7', 'z', 'X', 'Z', 0), "xz -dc %s | ./lake %s -"),
          new Foreign("zip", bytes('P', 'K', 3, 4), "unzip -p %s | ./lake %s -"),
          new Foreign("lz4", bytes(0x04, 0x22, 0x4d, 0x18), "lz4 -dc %s | ./lake %s -"),
          new Foreign("UTF-16", bytes(0xff, 0xfe), "iconv -f UTF-16 -t UTF-8 %s | ./lake %s -"),
          new Foreign("UTF-16", bytes(0xfe, 0xff), "iconv -f UTF-16 -t UTF-8 %s | ./lake %s -"));

  private EventInput() {}

  /**
   * Sends the records of a text to a consumer.
   *
   * @param name of the text, for messages
   * @throws InvalidInputException if the text has another format; if a value is broken, with its
   *     place
   */
  public static void read(
      InputStream source, String name, InputFormat format, RecordConsumer records)
      throws IOException {
    read(source, name, format, "send", records);
  }

  /**
   * Sends the records of a text to a consumer.
   *
   * @param name of the text, for messages
   * @param command of {@code ./lake} that reads the text, for messages
   * @throws InvalidInputException if the text has another format; if a value is broken, with its
   *     place
   */
  public static void read(
      InputStream source, String name, InputFormat format, String command, RecordConsumer records)
      throws IOException {
    BufferedInputStream in = new BufferedInputStream(source, MAX_FIRST_LINE);
    byte[] first = peek(in, 6);
    requireKnown(first, name, command);
    if (starts(first, bytes(0x1f, 0x8b))) {
      in = new BufferedInputStream(new GzipMembers(in), MAX_FIRST_LINE);
    }
    if (format != InputFormat.LINES && starts(peek(in, 3), UTF_8_MARK)) {
      in.skipNBytes(3);
    }
    switch (format == InputFormat.AUTO ? format(firstLine(in)) : format) {
      case VALUES -> new JsonValues(name, records).read(in);
      case RECORDS -> lines(in, name, decoded(records));
      default -> lines(in, name, records);
    }
  }

  private static InputFormat format(byte[] firstLine) {
    if (data(firstLine).isPresent()) {
      return InputFormat.RECORDS;
    }
    return hasValuesOverLines(firstLine) ? InputFormat.VALUES : InputFormat.LINES;
  }

  /** Passes on the bytes of records that are in lines. */
  private static RecordConsumer decoded(RecordConsumer records) {
    return new RecordConsumer() {
      @Override
      public void record(byte[] line, String place) {
        records.record(
            data(line)
                .orElseThrow(
                    () ->
                        new InvalidInputException(
                            place
                                + ": not a record such as"
                                + " {\"PartitionKey\": \"a\", \"Data\": \"eyJhIjoxfQ==\"}, whose"
                                + " Data is in base64")),
            place);
      }

      @Override
      public boolean wantsMore() {
        return records.wantsMore();
      }

      @Override
      public void pause() {
        records.pause();
      }
    };
  }

  /** The bytes of a record that is in a line; empty if the line is something else. */
  private static Optional<byte[]> data(byte[] line) {
    try {
      JsonNode record = MAPPER.readTree(line);
      return record != null
              && record.path("PartitionKey").isTextual()
              && record.path("Data").isTextual()
          ? Optional.of(record.path("Data").binaryValue())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void requireKnown(byte[] first, String name, String command) {
    for (Foreign foreign : FOREIGN) {
      if (starts(first, foreign.magic())) {
        throw new InvalidInputException(
            name
                + " is "
                + foreign.title()
                + ". ./lake "
                + command
                + " reads JSON in UTF-8, as such or compressed with gzip: "
                + foreign.wayOut().formatted(name.contains(" ") ? "FILE" : name, command));
      }
    }
  }

  private static byte[] peek(BufferedInputStream in, int bytes) throws IOException {
    in.mark(bytes);
    byte[] first = in.readNBytes(bytes);
    in.reset();
    return first;
  }

  /** The first line that is not blank, or its beginning. */
  private static byte[] firstLine(BufferedInputStream in) throws IOException {
    in.mark(MAX_FIRST_LINE);
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean blank = true;
    for (int read = 0; read < MAX_FIRST_LINE; read++) {
      int b = in.read();
      if (b < 0 || (b == '\n' && !blank)) {
        break;
      }
      blank &= b == ' ' || b == '\t' || b == '\r' || b == '\n';
      if (!blank) {
        line.write(b);
      }
    }
    in.reset();
    return line.toByteArray();
  }

  /** Whether a line ends within an object or array, but not within a text, name or number. */
  private static boolean hasValuesOverLines(byte[] line) {
    if (line.length > 0 && line[0] == '[' && line.length == MAX_FIRST_LINE) {
      return true; // too much for one record
    }
    byte[] end = Arrays.copyOf(line, line.length + 1);
    // A line break ends a token, and is not allowed in a text.
    end[line.length] = '\n';
    try (JsonParser parser = JSON.createParser(end)) {
      JsonToken token;
      do {
        token = parser.nextToken();
      } while (token != null);
      return false;
    } catch (JsonProcessingException e) {
      // The parser has an exception of its own for only some of these places.
      return e.getOriginalMessage().startsWith("Unexpected end-of-input");
    } catch (IOException e) {
      return false;
    }
  }

  /** Each line that is not blank. Lines are bytes: invalid UTF-8 is not changed. */
  private static void lines(InputStream in, String name, RecordConsumer records)
      throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    byte[] buffer = new byte[64 * 1024];
    long number = 1;
    for (int n = in.read(buffer); n >= 0 && records.wantsMore(); n = in.read(buffer)) {
      int from = 0;
      for (int i = 0; i < n; i++) {
        if (buffer[i] == '\n') {
          line.write(buffer, from, i - from);
          line(line, name, number++, records);
          from = i + 1;
        }
      }
      line.write(buffer, from, n - from);
      if (in.available() == 0) {
        records.pause();
      }
    }
    if (records.wantsMore()) {
      line(line, name, number, records);
    }
  }

  private static void line(
      ByteArrayOutputStream line, String name, long number, RecordConsumer records) {
    byte[] bytes = line.toByteArray();
    line.reset();
    int length = bytes.length;
    if (length > 0 && bytes[length - 1] == '\r') {
      bytes = Arrays.copyOf(bytes, length - 1);
    }
    for (byte b : bytes) {
      if (b != ' ' && b != '\t') {
        records.record(bytes, name + ", line " + number);
        return;
      }
    }
  }

  private static boolean starts(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
