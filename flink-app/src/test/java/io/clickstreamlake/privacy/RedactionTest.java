package io.clickstreamlake.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.event.EventColumns;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {

  private static final PersonalData.Kinds KINDS =
      new PersonalData.Kinds(true, true, true, true, List.of());

  private static final Schema.Field PAGE_URL = EventColumns.CONTRACT.schema().getField("page_url");

  private final Redaction redaction =
      new Redaction(JobOptions.PRIVACY_REDACT_KEYS.defaultValue(), KINDS);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://s.example/a?email=x&p=1#top | https://s.example/a?email=[redacted]&p=1#top",
        "https://s.example/a?EMail=x | https://s.example/a?EMail=[redacted]",
        "https://s.example/a?e%6Dail=x&q=2 | https://s.example/a?e%6Dail=[redacted]&q=2",
        "https://s.example/a?e%256Dail=x&q=2 | https://s.example/a?e%256Dail=[redacted]&q=2",
        "https://s.example/a?user%5Bpassword%5D=x&q=2 |"
            + " https://s.example/a?user%5Bpassword%5D=[redacted]&q=2",
        "https://s.example/a?password=a;b?c&q=2 | https://s.example/a?password=[redacted]&q=2",
        "https://s.example/a?password=my dog&q=2 | https://s.example/a?password=[redacted]&q=2",
        "https://s.example/a;token=x;v=1?q=2 | https://s.example/a;token=[redacted];v=1?q=2",
        "https://s.example/#access_token=abc&x=1 | https://s.example/#access_token=[redacted]&x=1",
        "https://s.example/cb#id_token=abc&refresh_token=x&code=1 |"
            + " https://s.example/cb#id_token=[redacted]&refresh_token=[redacted]&code=1",
        "https://s.example/#/reset/token=abc | https://s.example/#/reset/token=[redacted]",
        "https://s.example/token/9f8e7d6c5b4a/x | https://s.example/token/[redacted]/x",
        "https://s.example/u/jane.doe@example.com/x | https://s.example/u/[redacted]/x",
        "https://s.example/?q=jane%40example.com&x=1 | https://s.example/?q=[redacted]&x=1",
        "https://s.example/?q=jane%2540example.com&x=1 | https://s.example/?q=[redacted]&x=1",
        "https://s.example/?q=jane%25252540example.com&x=1 | https://s.example/?q=[redacted]&x=1",
        "https://s.example/?q=jane&#64;example.com&x=1 | https://s.example/?q=[redacted]&x=1",
        "https://s.example/?a=1&amp;token=x&amp;b=2 |"
            + " https://s.example/?a=1&amp;token=[redacted]&amp;b=2",
        "https://jane:pw@s.example/ | https://[redacted]@s.example/",
        "https://jane:p@w@s.example/x@y | https://[redacted]@s.example/x@y",
        "https://h.example/?redirect=https%3A%2F%2Fx.example%2F%3Ftoken%3Dabc%26email%3Dbob%2540x.de&a=1"
            + " | https://h.example/?redirect=https%3A%2F%2Fx.example%2F%3Ftoken%3D[redacted]%26email%3D[redacted]&a=1",
        "https://h.example/?u=https%3A%2F%2Fbob%3Asecret%40x.example%2F&a=1 |"
            + " https://h.example/?u=https%3A%2F%2F[redacted]%40x.example%2F&a=1",
        "https://h.example/?d=%7B%22password%22%3A%22my%20dog%22%2C%22n%22%3A1%7D&a=1 |"
            + " https://h.example/?d=%7B%22password%22%3A%22[redacted]%22%2C%22n%22%3A1%7D&a=1",
        "https://h.example/?from=198.51.100.77&b=1 | https://h.example/?from=[redacted]&b=1",
        "https://h.example/?from=2001%3Adb8%3A%3A7&b=1 | https://h.example/?from=[redacted]&b=1",
        "https://h.example/?to=%2B49%20171%202345678&b=1 | https://h.example/?to=[redacted]&b=1",
        "https://h.example/?b=Mozilla%2F5.0%20(X11)%20Firefox%2F1&c=1 |"
            + " https://h.example/?b=[redacted]&c=1",
      })
  void givenAUrlWhenRedactedThenOnlyPersonalDataIsReplaced(String url, String expected) {
    assertThat(form(url)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://s.example/?q=a@b&x=@",
        "https://s.example/?mailing=1&mobile=true&zip=10115&ship=dhl",
        "https://s.example/?q=hiking+boots+12345678&page=2#top",
        "https://s.example/caf%C3%A9?q=50%25&utm_campaign=spring%20sale",
        "https://medium.example/@jane/story",
        "https://cdn.example/lib@18.2.0/index.js",
        "https://cdn.example/logo@2x.png",
        "http://192.0.2.7:8080/status",
        "https://s.example/download?version=1.2.3.4",
        "https://s.example/app/v1.2.3.4/",
        "https://s.example/token/guide",
        "https://s.example/?id=lJZ2nhskFaNk5QNVXMcIp==",
        "https://s.example/?t=2026-11-20T10:15:30%2B02:00",
      })
  void givenAUrlWithoutPersonalDataWhenRedactedThenItIsUnchanged(String url) {
    assertThat(form(url)).isSameAs(url);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "write to jane.doe@example.com. Or call | write to [redacted]. Or call",
        "bob%2540x.de / bob@[1.2.3.4] / bob&#64;x.de / bob\\u0040x.de | [redacted] / [redacted] /"
            + " [redacted] / [redacted]",
        "{bob@x.de} 'jo@x.de' <al@x.de>,o'brien@x.de | {[redacted]} '[redacted]'"
            + " <[redacted]>,[redacted]",
        "bob\uFF20x.de | [redacted]",
        "\"odd name\"@x.de | [redacted]",
        "{\"password\":\"hunter2\",\"n\":1} | {\"password\":\"[redacted]\",\"n\":1}",
        "{\"login\":{\"password\":{\"value\":\"hunter2\"}}} |"
            + " {\"login\":{\"password\":{\"value\":\"[redacted]\"}}}",
        "{\"a\":\"{\\\"password\\\":\\\"hunter2\\\"}\",\"b\":1} |"
            + " {\"a\":\"{\\\"password\\\":\\\"[redacted]\\\"}\",\"b\":1}",
        "{\\\"password\\\": \\\"hunter 2\\\"} | {\\\"password\\\": \\\"[redacted]\\\"}",
        "{'password': 'hunter2', 'n': 1} | {'password': '[redacted]', 'n': 1}",
        "{password: \"hunter2\", n: 1} | {password: \"[redacted]\", n: 1}",
        "[{\"phone\":1234567,\"n\":1.10},\"x\"] | [{\"phone\":\"[redacted]\",\"n\":1.10},\"x\"]",
        "[{\"phone\":\"12345 | [{\"phone\":\"[redacted]",
        "[{\"name\":\"password\",\"value\":\"hunter2\"},{\"name\":\"size\",\"value\":\"42\"}] |"
            + " [{\"name\":\"password\",\"value\":\"[redacted]\"},{\"name\":\"size\",\"value\":\"42\"}]",
        "[{\"value\":\"curl/8\",\"name\":\"User-Agent\"}] |"
            + " [{\"value\":\"[redacted]\",\"name\":\"User-Agent\"}]",
        "[\"a\",{\"tokens\":[\"abc\",\"def\"]},3] |"
            + " [\"a\",{\"tokens\":[\"[redacted]\",\"[redacted]\"]},3]",
        "got payload={\"token\":\"abc\"} back | got payload={\"token\":\"[redacted]\"} back",
        "name=x&password=hunter2&size=3 | name=x&password=[redacted]&size=3",
        "password = hunter2 in the file | password = [redacted] in the file",
        "token=\"a b\" c | token=\"[redacted]\" c",
        "Authorization: Bearer abc123def456.x | Authorization: Bearer [redacted]",
        "Authorization: Basic Ym9iOnNlY3JldA== | Authorization: Basic [redacted]",
        "see eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl now | see [redacted] now",
        "call tel:030-1234567 now | call tel:[redacted] now",
        "call +49 (171) 234-5678 now | call [redacted] now",
        "from 198.51.100.77, to 10.1.2.3:80 | from [redacted], to [redacted]:80",
        "from 2001:db8:1:2:3:4:5:6 or [fe80::1] or ::ffff:198.51.100.77 | from [redacted] or"
            + " [[redacted]] or [redacted]",
        "seen.198.51.100.77 | seen.[redacted]",
        "Mozilla/5.0 (X11; Linux) Gecko/1 Firefox/128.0 | [redacted]",
      })
  void givenATextWhenRedactedThenOnlyPersonalDataIsReplaced(String text, String expected) {
    assertThat(redaction.text(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[see {x}] fine",
        "[see {\"x\"}] fine, it's {y: 2}",
        "{\"mobile\":true,\"zip\":\"10115\",\"tip\":2}",
        "{\"phone\":{\"model\":\"Pixel 8\",\"brand\":\"Google\"}}",
        "[\"a\",\"b\"]",
        "2 @ 3.50 and 2@3.50, @jane",
        "10:15:30 and 2026-11-20T10:15:30+01:00",
        "00:11:22:33:44:55",
        "std::string a::b",
        "Chrome/143.0.0.0, version 1.2.3.4, 1.2.3, 1.2.3.4.5, 300.1.1.1",
        "C:\\users\\40",
        "1+1=2, a==b, +1234567",
        "100% sure &amp; 50 % off",
        "eye of the tiger, eyJust",
        "Basic subscription plan",
      })
  void givenATextWithoutPersonalDataWhenRedactedThenItIsUnchanged(String text) {
    assertThat(redaction.text(text)).isEqualTo(text);
  }

  @Test
  void givenJsonInBase64WhenItHoldsPersonalDataThenAllOfItIsReplaced() {
    String personal = base64("{\"user\":{\"password\":\"hunter2\"}}");
    String plain = base64("{\"user\":{\"plan\":\"free\"},\"n\":12345}");
    String twice = base64("{\"inner\":\"" + personal + "\"}");

    assertThat(redaction.text(personal)).doesNotContain("eyJ");
    assertThat(redaction.text("data=" + twice + "&x=1")).isEqualTo("data=[redacted]&x=1");
    assertThat(redaction.text(plain)).isEqualTo(plain);
  }

  @Test
  void givenPersonalDataEncodedManyTimesWhenRedactedThenItIsReplaced() {
    String text = "a jane@example.com token=abc";
    for (int times = 1; times <= 12; times++) {
      text = URLEncoder.encode(text, StandardCharsets.UTF_8);
      String decoded = redaction.text("q=" + text + "&x=1");
      for (int i = 0; i < times; i++) {
        decoded = java.net.URLDecoder.decode(decoded, StandardCharsets.UTF_8);
      }
      assertThat(decoded)
          .as("%d times", times)
          .startsWith("q=")
          .endsWith("&x=1")
          .doesNotContain("jane")
          .doesNotContain("abc");
    }
  }

  @Test
  void givenAUrlTruncatedInAnEncodedEmailWhenRedactedThenTheEmailIsReplaced() {
    String url = "https://s.example/?x=" + "y".repeat(1200) + "&q=";

    for (String end : new String[] {"jane@exampl", "jane%40exampl", "jane%2540exampl"}) {
      assertThat(redaction.text(url + end)).isEqualTo(url + "[redacted]");
    }
    assertThat(redaction.text(url + "jane%40exampl&z=1")).isEqualTo(url + "jane%40exampl&z=1");
  }

  @Test
  void givenNestedJsonStringsWhenRedactedThenTheyAreStillJson() throws Exception {
    ObjectMapper json = new ObjectMapper();
    String text = json.writeValueAsString(Map.of("password", "hunter2", "n", 1));
    for (int times = 1; times <= 4; times++) {
      text = json.writeValueAsString(Map.of("inner", text));
      String redacted = redaction.text(text);
      String inner = redacted;
      for (int i = 0; i < times; i++) {
        inner = json.readTree(inner).path("inner").asText();
      }
      assertThat(json.readTree(inner))
          .as("%d times: %s", times, redacted)
          .isEqualTo(json.readTree("{\"password\":\"[redacted]\",\"n\":1}"));
    }
  }

  @Test
  void givenPropertiesWhenRedactedThenNamesAreRedactedTooAndStayDifferent() {
    Map<String, String> properties = new HashMap<>();
    properties.put("seen.bob@example.com", "1");
    properties.put("seen.amy@example.com", "2");
    properties.put("seen.[redacted]", "3");
    properties.put("field.name", "password");
    properties.put("field.value", "hunter2");
    properties.put("size.name", "shoe");
    properties.put("size.value", "42");
    properties.put("card", "[{\"number\":\"4111111111111111\"}]");
    properties.put("app_version", "1.2.3.4");
    properties.put("visitor", "1.2.3.4");

    Map<String, String> redacted = redaction.properties(properties);

    assertThat(redacted.toString()).doesNotContain("bob").doesNotContain("amy");
    assertThat(redacted)
        .hasSize(properties.size())
        .containsEntry("seen.[redacted]", "3")
        .containsEntry("field.value", "[redacted]")
        .containsEntry("size.value", "42")
        .containsEntry("card", "[{\"number\":\"[redacted]\"}]")
        .containsEntry("app_version", "1.2.3.4")
        .containsEntry("visitor", "[redacted]");
  }

  @Test
  void givenALongTextTruncatedInAnEmailWhenRedactedThenTheEmailIsReplaced() {
    String text = "word ".repeat(400) + "jane.doe@exam";

    assertThat(redaction.text(text)).endsWith("word [redacted]");
  }

  @Test
  void givenALongArrayWhenRedactedThenOnlyPersonalDataIsReplaced() {
    String array = "[" + "{\"n\":1,\"t\":\"shoe\"},".repeat(400) + "{\"email\":\"bob";

    assertThat(redaction.text(array))
        .isEqualTo(array.substring(0, array.length() - 3) + "[redacted]");
  }

  private String form(String url) {
    return redaction.text(url, "page_url", redaction.verdict(PAGE_URL), true);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
