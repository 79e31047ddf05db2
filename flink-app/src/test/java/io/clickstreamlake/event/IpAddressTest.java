package io.clickstreamlake.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "203.0.113.9 | 203.0.113.9",
        " 203.0.113.9  | 203.0.113.9",
        "203.0.113.9:51234 | 203.0.113.9",
        "203.0.113.9, 10.0.0.1 | 203.0.113.9",
        "unknown, 203.0.113.9:80 | 203.0.113.9",
        "2001:db8::1 | 2001:db8:0:0:0:0:0:1",
        "[2001:db8::1] | 2001:db8:0:0:0:0:0:1",
        "[2001:db8::1]:443 | 2001:db8:0:0:0:0:0:1",
        "fe80::1%eth0 | fe80:0:0:0:0:0:0:1",
        "for=\"[2001:db8::1]:443\";proto=https | 2001:db8:0:0:0:0:0:1",
        "For=203.0.113.9 | 203.0.113.9",
        "::ffff:203.0.113.9 | 203.0.113.9",
        "0.0.0.0 | 0.0.0.0",
        "10.1.2.3, 203.0.113.9 | 203.0.113.9",
        "10.1.2.3, 192.168.7.8 | 10.1.2.3",
        "100.64.3.4,fd12::1,169.254.1.1,127.0.0.1,203.0.113.9:443 | 203.0.113.9",
        "fd12::1, [2001:db8::1]:443 | 2001:db8:0:0:0:0:0:1",
        "[\"10.1.2.3\",\"203.0.113.9:80\"] | 203.0.113.9",
        "[\"[2001:db8::1]:443\"] | 2001:db8:0:0:0:0:0:1",
      })
  void givenAnAddressInAFormOfTrackersWhenReadThenItIsTheVisitors(String text, String expected) {
    InetAddress address = IpAddress.parse(text);

    assertThat(address).isNotNull();
    assertThat(address.getHostAddress()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "unknown",
        "example.com",
        "008.008.008.008",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "1.2.3.-4",
        "1..2.3",
        "12345",
        "::g",
        "[",
        "[]",
        ":",
        "1:2",
        "localhost:80",
        "for=",
        "\"\"",
        "\u0661.1.1.1"
      })
  void givenATextThatIsNotAnAddressWhenReadThenItIsNull(String text) {
    assertThat(IpAddress.parse(text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {".:1:2", "..::", ".1::", ".a:b:c"})
  void givenATextThatJavaTakesForAHostNameWhenReadThenNoNameServerIsQueried(String text) {
    assertThat(IpAddress.isLiteral(text)).isFalse();
    assertThat(IpAddress.parse(text)).isNull();
  }
}
