package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.RejectedEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plants identifiers in events with and without consent and searches every row for them. */
class ConsentInTablesTest {

  @RegisterExtension static final MiniClusterExtension CLUSTER = JobRun.cluster();

  @TempDir Path lake;

  /** All values of one person hold this text, in every place that an event has. */
  private static String event(String id, String mark, String time, String rest) {
    return ("{'event_id':'%1$s-%2$s','event_type':'page_view','event_time':'%3$s',"
            + "'user_id':'%2$s','anonymous_id':'a-%2$s','session_id':'s-%2$s','name':'%2$s',"
            + "'page':{'url':'https://shop.example/cart?ref=%2$s&gclid=%2$s#%2$s','title':'%2$s'},"
            + "'referrer':'https://news.example/%2$s','order':{'id':'o-%2$s'},"
            + "'search':{'term':'%2$s'},'product':{'name':'for %2$s'},"
            + "'campaign':{'name':'mail-%2$s','content':'%2$s'},'ip_address':'203.0.113.9',"
            + "'user_agent':'App-%2$s/1.0','userAgentData':{'model':'%2$s'},"
            + "'items':[{'product_id':'gift-%2$s','gift_to':'%2$s'}]%4$s}")
        .formatted(id, mark, time, rest)
        .replace('\'', '"');
  }

  @ParameterizedTest
  @ValueSource(strings = {"REJECT", "STRIP"})
  void givenEventsWithoutConsentWhenTheJobRunsThenNoTableHoldsAnIdentifierOfThem(String otherwise)
      throws Exception {
    String time = "2026-11-20T10:15:30Z";
    List<String> events = new ArrayList<>();
    events.add(event("yes", "pseudonym-kept", time, ",'consent':{'analytics':true}"));
    events.add(event("no", "pseudonym-denied", time, ",'consent':{'analytics':false}"));
    events.add(event("absent", "pseudonym-denied", time, ""));
    events.add(
        event(
            "twice", "pseudonym-denied", time, ",'consent':{'analytics':true,'analytics':false}"));
    events.add(event("rule", "pseudonym-denied", time, ",'plan':'wrong'"));
    events.add(
        event("kept-rule", "pseudonym-kept", time, ",'plan':'wrong','consent':{'analytics':true}"));
    // Consent is unknown where the event cannot be read.
    events.add(event("late", "pseudonym-denied", "1999-01-01T00:00:00Z", ""));
    events.add(event("when", "pseudonym-denied", "never", ""));
    events.add(event("open", "pseudonym-denied", time, "").replaceAll(".$", ""));
    events.add("\"pseudonym-denied\"");
    Map<String, String> settings = new HashMap<>();
    settings.put("privacy.consent.field", "properties.consent.analytics");
    settings.put("privacy.consent.granted", "true");
    settings.put("privacy.consent.otherwise", otherwise);
    settings.put("privacy.fields", "ip_address:keep,user_agent:keep,user_id:keep");
    settings.put("privacy.cookieless-visitors", "true");
    settings.put("privacy.hash-key", "0123456789abcdef");
    settings.put("quality.rules", "[{name: plan_known, column: properties.plan, allowed: [free]}]");

    JobRun.over(lake, settings, events);

    LakeFolder folder = new LakeFolder(lake);
    for (ClickEvent row : folder.events()) {
      assertThat(row.toString()).doesNotContain("denied");
      if (!row.getEventId().startsWith("yes-")) {
        assertThat(row.toString()).doesNotContain("203.0.113.9");
        assertThat(row.getAnonymousId()).isNull();
        assertThat(row.getPagePath()).isEqualTo("/cart");
        assertThat(row.getQualityFlags()).contains("consent_not_given");
      }
    }
    int payloads = 0;
    for (RejectedEvent row : folder.rejected()) {
      String payload = StandardCharsets.UTF_8.decode(row.getPayload().duplicate()).toString();
      assertThat(payload).doesNotContain("denied");
      assertThat(row.getMessage()).doesNotContain("denied");
      payloads += payload.isEmpty() ? 0 : 1;
    }
    boolean strips = otherwise.equals("STRIP");
    assertThat(payloads).as("rejected events with consent").isEqualTo(1);
    assertThat(folder.events()).hasSize(strips ? 4 : 1);
    assertThat(folder.events().toString()).contains("pseudonym-kept");
    assertThat(folder.ledger())
        .containsEntry("received", 10L)
        .containsEntry("written", strips ? 4L : 1L);
    assertThat(folder.rejected())
        .extracting(RejectedEvent::getReason)
        .filteredOn("no_consent"::equals)
        .hasSize(strips ? 0 : 4);
  }
}
