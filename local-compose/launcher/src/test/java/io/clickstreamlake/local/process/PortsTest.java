package io.clickstreamlake.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.LakeException;
import io.clickstreamlake.local.process.Ports.Wish;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PortsTest {

  @Test
  void givenFreePreferredPortWhenChosenThenItIsTaken() throws IOException {
    int free = freePort();

    assertThat(Ports.choose(Map.of("s3", preferring(free)))).containsEntry("s3", free);
  }

  @Test
  void givenTakenPreferredPortWhenChosenThenAnotherFreeOneIsTaken() throws IOException {
    try (ServerSocket other = new ServerSocket(0)) {
      int taken = other.getLocalPort();

      int chosen = Ports.choose(Map.of("s3", preferring(taken))).get("s3");

      assertThat(chosen).isNotEqualTo(taken).isPositive();
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
  void givenOneServicePrefersWhatAnotherDemandsWhenChosenThenTheDemandWins() throws IOException {
    int port = freePort();
    Map<String, Wish> wishes = new LinkedHashMap<>();
    wishes.put("first", preferring(port));
    wishes.put("second", demanding(port));

    Map<String, Integer> chosen = Ports.choose(wishes);

    assertThat(chosen).containsEntry("second", port);
    assertThat(chosen.get("first")).isNotEqualTo(port);
  }

  @Test
  void givenManyServicesWithTheSamePreferenceWhenChosenThenAllPortsDiffer() throws IOException {
    int port = freePort();
    Map<String, Wish> wishes = new LinkedHashMap<>();
    for (int i = 0; i < 20; i++) {
      wishes.put("service" + i, preferring(port));
    }

    assertThat(new HashSet<>(Ports.choose(wishes).values())).hasSize(20);
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
