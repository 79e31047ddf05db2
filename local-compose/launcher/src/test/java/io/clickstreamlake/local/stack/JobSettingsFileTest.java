package io.clickstreamlake.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobSettingsFileTest {

  @TempDir private Path folder;

  @Test
  void givenSettingsOfOneStartWhenRemovedThenTheOthersStayAndOnlyTheOwnerReadsThem()
      throws IOException {
    JobSettingsFile file = new JobSettingsFile(folder.resolve("job/settings.json"));
    file.write(Map.of("sink.on-older-snapshot", "REWIND", "late.after", "2 h"));

    file.remove(RememberedSettings.ONCE);

    JsonNode groups = new ObjectMapper().readTree(file.file().toFile());
    assertThat(groups.get(0).path("PropertyMap"))
        .isEqualTo(new ObjectMapper().readTree("{\"late.after\": \"2 h\"}"));
    assertThat(Files.getPosixFilePermissions(file.file()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    try (var files = Files.list(file.file().getParent())) {
      assertThat(files).hasSize(1);
    }
  }
}
