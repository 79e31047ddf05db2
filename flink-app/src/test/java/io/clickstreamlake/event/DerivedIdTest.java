package io.clickstreamlake.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DerivedIdTest {

  @Test
  void givenAnEventWithoutAnIdWhenItsIdIsDerivedThenItIsAStableUuidOfVersion8() {
    String id = DerivedId.of(event("7", 0));
    assertThat(UUID.fromString(id).version()).isEqualTo(8);
    assertThat(UUID.fromString(id).variant()).isEqualTo(2);
    assertThat(DerivedId.is(id)).isTrue();
    assertThat(DerivedId.of(event("7", 0))).isEqualTo(id);
    assertThat(DerivedId.of(event("8", 0))).isNotEqualTo(id);
    assertThat(DerivedId.of(event("7", 1))).isNotEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "e1",
        "5f0c1e5a-7d0a-4a53-9a35-2f5f3f0f8a11",
        "5f0c1e5a-7d0a-7a53-9a35-2f5f3f0f8a11",
        "5F0C1E5A-7D0A-8A53-9A35-2F5F3F0F8A11",
        "5f0c1e5a-7d0a-8a53-ca35-2f5f3f0f8a11",
        "5f0c1e5a7d0a8a539a352f5f3f0f8a11"
      })
  void givenAnIdOfAProducerWhenItIsTestedThenItIsNotDerived(String id) {
    assertThat(DerivedId.is(id)).isFalse();
  }

  private static ParsedEvent event(String sequenceNumber, int position) {
    byte[] bytes = "{\"event_type\":\"view\"}".getBytes(UTF_8);
    ParsedEvent event = new ParsedEvent(bytes, 0, bytes.length, position);
    event.event = new ClickEvent();
    event.event.setStream("clicks");
    event.event.setShardId("shardId-000000000000");
    event.event.setSequenceNumber(sequenceNumber);
    return event;
  }
}
