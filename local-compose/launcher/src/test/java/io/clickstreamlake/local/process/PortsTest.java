package io.clickstreamlake.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PortsTest {

  @Test
  void givenFreePreferredPortWhenChosenThenItIsUsed() throws IOException {
    int free = freePort();

    try (Ports ports = Ports.choose(Map.of("s3", preferring(free)))) {
      assertThat(ports.of("s3")).isEqualTo(free);
    }
  }

  @Test
  void givenPreferredPortInUseWhenChosenThenAnotherFreePortIsUsed() throws IOException {
    try (ServerSocket other = new ServerSocket(0);
        Ports ports = Ports.choose(Map.of("s3", preferring(other.getLocalPort())))) {
      assertThat(ports.of("s3")).isNotEqualTo(other.getLocalPort()).isPositive();
    }
  }

  @Test
  void givenRequiredPortInUseWhenChosenThenTheMessageNamesPortAndOption() throws IOException {
    try (ServerSocket other = new ServerSocket(0)) {
      int taken = other.getLocalPort();

      assertThatThrownBy(() -> Ports.choose(Map.of("trino", requiring(taken))))
          .isInstanceOf(LakeException.class)
          .hasMessageContaining("Port " + taken)
          .hasMessageContaining("--trino-port");
    }
  }

  @Test
  void givenPortOfAnotherStackWhenChosenThenItIsReservedUntilThatStackClosesIt()
      throws IOException {
    int port = freePort();
    // Nothing listens on it yet: the other stack is still starting.
    try (Ports other = Ports.choose(Map.of("s3", preferring(port)));
        Ports ours = Ports.choose(Map.of("s3", preferring(port)))) {
      assertThat(ours.of("s3")).isNotEqualTo(port);
      assertThatThrownBy(() -> Ports.choose(Map.of("s3", requiring(port))))
          .isInstanceOf(LakeException.class);
    }
    try (Ports later = Ports.choose(Map.of("s3", requiring(port)))) {
      assertThat(later.of("s3")).isEqualTo(port);
    }
  }

  @Test
  void givenPortThatOneServicePrefersAndAnotherRequiresWhenChosenThenTheRequirementWins()
      throws IOException {
    int port = freePort();
    Map<String, PortRequest> requests = new LinkedHashMap<>();
    requests.put("first", preferring(port));
    requests.put("second", requiring(port));

    try (Ports ports = Ports.choose(requests)) {
      assertThat(ports.of("second")).isEqualTo(port);
      assertThat(ports.of("first")).isNotEqualTo(port);
    }
  }

  @Test
  void givenManyServicesWithTheSamePreferenceWhenChosenThenAllPortsDiffer() throws IOException {
    int port = freePort();
    Map<String, PortRequest> requests = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      requests.put("service" + i, preferring(port));
    }

    try (Ports ports = Ports.choose(requests)) {
      assertThat(requests.keySet().stream().map(ports::of)).doesNotHaveDuplicates().contains(port);
    }
  }

  private static PortRequest preferring(int port) {
    return new PortRequest(port, Optional.empty());
  }

  private static PortRequest requiring(int port) {
    return new PortRequest(0, Optional.of(port));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
