package io.clickstreamlake.local.compose;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.yaml.snakeyaml.Yaml;

/** Reads compose.yaml and the files next to it. */
public final class ComposeFile {

  public static final Path FOLDER = Path.of("..").toAbsolutePath().normalize();

  private ComposeFile() {}

  public static String text(String file) {
    try {
      return Files.readString(FOLDER.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  public static Map<String, Object> content() {
    return new Yaml().load(text("compose.yaml"));
  }

  public static Map<String, Object> services() {
    return map(content().get("services"));
  }

  public static Map<String, Object> service(String name) {
    return map(services().get(name));
  }

  @SuppressWarnings("unchecked")
  public static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  /** The elements of a list; none if the key is absent. */
  @SuppressWarnings("unchecked")
  public static List<Object> list(Object value) {
    return value == null ? List.of() : (List<Object>) value;
  }

  /** The variables of example.env. */
  public static Properties variables() {
    Properties variables = new Properties();
    try (Reader reader = Files.newBufferedReader(FOLDER.resolve("example.env"))) {
      variables.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException("example.env", e);
    }
    return variables;
  }
}
