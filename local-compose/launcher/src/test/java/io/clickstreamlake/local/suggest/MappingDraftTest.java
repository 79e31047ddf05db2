package io.clickstreamlake.local.suggest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class MappingDraftTest {

  @Test
  void givenPlainEventsWhenDraftedThenFieldsGoToTheirColumnsByNameAndValue() {
    assertThat(
            draft(
                "{'eventId':'a-1','action':'view','when_ms':1790000000000,'member':{'id':17},"
                    + "'visitorId':'v1','link':'https://shop.example/a','ua':'Mozilla/5.0 (X11)',"
                    + "'client_ip':'192.0.2.7','seen_on':'2026-01-31T10:00:00Z'}",
                "{'eventId':'a-2','action':'buy','when_ms':1790000001000,'visitorId':'v1'}"))
        .contains(
            "  event_time: [$.when_ms]\n",
            "  event_type: [$.action]\n",
            "  event_id: [$.eventId]\n",
            "  user_id: [$.member.id]\n",
            "  anonymous_id: [$.visitorId]\n",
            "  user_agent: [$.ua]\n",
            "  ip_address: [$.client_ip]\n",
            "  page_url: [$.link]\n",
            "#   $.seen_on   time\n")
        .doesNotContain("unwrap:");
  }

  @Test
  void givenTypesInTwoFieldsWhenDraftedThenTheTellingOneIsFirst() {
    assertThat(
            draft(
                "{'type':'track','event':'Order Completed','timestamp':'2026-01-31T10:00:00Z'}",
                "{'type':'identify','timestamp':'2026-01-31T10:00:00Z'}"))
        .contains("  event_type: [$.event, $.type]\n");
  }

  @Test
  void givenABatchWhenDraftedThenItsEventsAreTakenOutAndTheEnvelopeIsKept() {
    assertThat(
            draft(
                "{'client_id':'c1','timestamp_micros':1790000000000000,'events':["
                    + "{'name':'search','params':{'search_term':'tea'}},{'name':'login'}]}"))
        .contains(
            "  - {events: $.events, keep: {clientid: $.client_id, timestampmicros:"
                + " $.timestamp_micros}}\n",
            "  event_time: [$envelope.timestampmicros]\n",
            "  event_type: [$.name]\n",
            "  anonymous_id: [$envelope.clientid]\n",
            "  search_term: [$.params.search_term]\n");
  }

  @Test
  void givenEncodedEventsInAnEnvelopeWhenDraftedThenTheFieldIsDecoded() throws IOException {
    String event = "{\"event\":\"view\",\"ts\":1790000000}";
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(event.getBytes(StandardCharsets.UTF_8));
    }
    String base64 = Base64.getEncoder().encodeToString(event.getBytes(StandardCharsets.UTF_8));
    String gzipped = Base64.getEncoder().encodeToString(zipped.toByteArray());

    assertThat(draft("{'Message':'" + event.replace("\"", "\\\"") + "'}"))
        .contains("  - {at: $.Message, decode: json}\n  - {events: $.Message}\n");
    assertThat(draft("{'kinesis':{'data':'" + base64 + "'}}"))
        .contains(
            "  - {at: $.kinesis.data, decode: [base64, json]}\n  - {events: $.kinesis.data}\n");
    assertThat(draft("{'data':'" + gzipped + "'}"))
        .contains("  - {at: $.data, decode: [base64, gzip, json]}\n")
        .contains("  event_time: [$.ts]\n");
  }

  @Test
  void givenNamesAndValuesInArraysWhenDraftedThenTheyAreFields() {
    assertThat(
            draft(
                "{'event_name':'page_view','event_timestamp':'1790000000000000','event_params':["
                    + "{'key':'page_location','value':{'string_value':'https://x.example/','int_value':null}}]}"))
        .contains(
            "  page_url: [$.event_params.page_location]\n",
            "lists:\n  $.event_params: {name: key, values: [value.*]}\n");
  }

  @Test
  void givenOrderLinesWhenDraftedThenTheirMembersAreMapped() {
    assertThat(
            draft(
                "{'event':'buy','time':'2026-01-31T10:00:00Z','cart':{'products':"
                    + "[{'sku':'p1','unit_price':2.5,'qty':1}]}}"))
        .contains(
            "items:\n  paths: [$.cart.products]\n  product_id: [sku]\n  price: [unit_price]\n"
                + "  quantity: [qty]\n");
  }

  @Test
  void givenNamesWithMarksWhenDraftedThenThePathsAreQuoted() {
    assertThat(
            draft("{'event':'a','time':'2026-01-31T10:00:00Z','$insert_id':'x','it\\u0027s':'y'}"))
        .contains("  event_id: [\"$['$insert_id']\"]\n");
  }

  @Test
  void givenEventsWithoutATypeAndRecordsThatAreNoJsonWhenDraftedThenCommentsSaySo() {
    assertThat(draft("{'n':1}", "no json"))
        .contains(
            "# 1 records are not JSON and were ignored.\n",
            "  event_time: []   # required: no field looks like it\n",
            "  event_type: []   # required: no field looks like it\n");
  }

  private static String draft(String... records) {
    MappingDraft draft = new MappingDraft();
    for (String record : records) {
      draft.add(record.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
    return draft.yaml();
  }
}
