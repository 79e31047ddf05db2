package io.clickstreamlake.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.process.Ports.Wish;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PortsTest {

  @Test
  void givenFreePreferredPortWhenChosenThenItIsTaken() throws IOException {
    int free = freePort();

    try (Ports ports = Ports.choose(Map.of("s3", preferring(free)))) {
      assertThat(ports.of("s3")).isEqualTo(free);
    }
  }

  @Test
  void givenTakenPreferredPortWhenChosenThenAnotherFreeOneIsTaken() throws IOException {
    try (ServerSocket other = new ServerSocket(0);
        Ports ports = Ports.choose(Map.of("s3", preferring(other.getLocalPort())))) {
      assertThat(ports.of("s3")).isNotEqualTo(other.getLocalPort()).isPositive();
    }
  }

  @Test
  void givenTakenDemandedPortWhenChosenThenTheSentenceNamesPortAndOption() throws IOException {
    try (ServerSocket other = new ServerSocket(0)) {
      int taken = other.getLocalPort();

      assertThatThrownBy(() -> Ports.choose(Map.of("trino", demanding(taken))))
          .isInstanceOf(LakeException.class)
          .hasMessageContaining("Port " + taken)
          .hasMessageContaining("--trino-port");
    }
  }

  @Test
  void givenPortThatAnotherStackChoseWhenChosenThenItIsLeftToItUntilItIsClosed()
      throws IOException {
    int port = freePort();
    // Nothing listens there yet: the other stack is still starting.
    try (Ports other = Ports.choose(Map.of("s3", preferring(port)));
        Ports ours = Ports.choose(Map.of("s3", preferring(port)))) {
      assertThat(ours.of("s3")).isNotEqualTo(port);
      assertThatThrownBy(() -> Ports.choose(Map.of("s3", demanding(port))))
          .isInstanceOf(LakeException.class);
    }
    try (Ports later = Ports.choose(Map.of("s3", demanding(port)))) {
      assertThat(later.of("s3")).isEqualTo(port);
    }
  }

  @Test
  void givenOneServicePrefersWhatAnotherDemandsWhenChosenThenTheDemandWins() throws IOException {
    int port = freePort();
    Map<String, Wish> wishes = new LinkedHashMap<>();
    wishes.put("first", preferring(port));
    wishes.put("second", demanding(port));

    try (Ports ports = Ports.choose(wishes)) {
      assertThat(ports.of("second")).isEqualTo(port);
      assertThat(ports.of("first")).isNotEqualTo(port);
    }
  }

  @Test
  void givenManyServicesWithTheSamePreferenceWhenChosenThenAllPortsDiffer() throws IOException {
    int port = freePort();
    Map<String, Wish> wishes = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      wishes.put("service" + i, preferring(port));
    }

    try (Ports ports = Ports.choose(wishes)) {
      assertThat(wishes.keySet().stream().map(ports::of)).doesNotHaveDuplicates().contains(port);
    }
  }

  private static Wish preferring(int port) {
    return new Wish(port, Optional.empty());
  }

  private static Wish demanding(int port) {
    return new Wish(0, Optional.of(port));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
