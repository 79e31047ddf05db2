package io.clickstreamlake.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/** A file with the settings of the job, which the job gets as {@code --config}. */
record JobSettingsFile(Path file) {

  private static final String PROPERTY_GROUP = "clickstream-lake";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The file of the job that runs on a state folder. */
  static JobSettingsFile of(StateFolder state) {
    return new JobSettingsFile(state.jobSettings());
  }

  void write(Map<String, String> values) throws IOException {
    ArrayNode groups = JSON.createArrayNode();
    ObjectNode group = groups.addObject().put("PropertyGroupId", PROPERTY_GROUP);
    values.forEach(group.putObject("PropertyMap")::put);
    write(groups);
  }

  /** Removes settings, so that a later submission does not have them. */
  void remove(Set<String> names) throws IOException {
    JsonNode groups = JSON.readTree(file.toFile());
    for (JsonNode group : groups) {
      ((ObjectNode) group.path("PropertyMap")).remove(names);
    }
    write(groups);
  }

  /** Readable by the owner only, since the key of the action hash may be in it. */
  private void write(JsonNode groups) throws IOException {
    Files.createDirectories(file.getParent());
    Path temporary =
        Files.createTempFile(
            file.getParent(),
            "settings",
            ".tmp",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(temporary, groups.toPrettyString() + "\n");
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
