package io.clickstreamlake.local.suggest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
            "  event_type: [{value: event}]   # no field looks like it, so all are the same\n",
            "time: {absent: arrival}   # no field looks like a time\n")
        .doesNotContain("[]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1790000000 | epoch",
        "'1790000000123456' | epoch",
        "1790000000123.45 | epoch",
        "1.790000000123E9 | epoch",
        "'2026-10-01 00:00:00 UTC' | iso8601",
        "'Thu, 20 Nov 2025 10:15:30 GMT' | rfc1123",
        "'20.11.2026 10:15:30' | \"dd.MM.yyyy HH:mm:ss\"",
        "'20/11/2026 10:15' | \"dd/MM/yyyy HH:mm\"",
        "'20251120T101530Z' | \"yyyyMMdd'T'HHmmssX\""
      },
      quoteCharacter = '`')
  void givenATimeWhenDraftedThenItsFormatIsNamed(String time, String format) {
    assertThat(draft("{'event':'a','event_time':" + time + "}"))
        .contains("  event_time: [$.event_time]\n", "time: {formats: [" + format + "]}\n");
  }

  @Test
  void givenTimesInSeveralFormsWhenDraftedThenAllFormatsAreNamed() {
    assertThat(
            draft(
                "{'event':'a','event_time':'2026-01-31T10:00:00Z'}",
                "{'event':'a','event_time':1790000000123456789}",
                "{'event':'a','event_time':'+1790000000'}",
                "{'event':'a','event_time':{'$date':'2026-01-31T10:00:00Z'}}"))
        .contains(
            "  event_time: [$.event_time, \"$.event_time['$date']\"]\n",
            "time: {formats: [iso8601, epoch]}\n");
  }

  @Test
  void givenDaysAboveTwelveWhenDraftedThenTheyComeFirst() {
    assertThat(
            draft(
                "{'event':'a','time':'11/05/2026 10:15'}",
                "{'event':'a','time':'20/11/2026 10:15'}"))
        .contains("formats: [\"dd/MM/yyyy HH:mm\"]");
  }

  @Test
  void givenATimeOfSendingWhenDraftedThenItCorrectsTheClock() {
    assertThat(
            draft(
                "{'event':'a','originalTimestamp':'2035-01-31T10:00:00Z',"
                    + "'sentAt':'2035-01-31T10:00:02Z'}",
                "{'event':'a','timestamp':'2026-01-31T10:00:00Z'}"))
        .contains(
            "  event_time: [$.timestamp, $.originalTimestamp]\n",
            "time: {formats: [iso8601], sent_at: [$.sentAt]}\n");
  }

  @Test
  void givenNumbersThatAreNoTimeWhenDraftedThenTheArrivalStandsIn() {
    assertThat(
            draft(
                "{'event':'a','time':1790000000000}",
                "{'event':'a','time':0,'user_properties':{'timestamp':'2025-11-10 08:15:00'}}"))
        .contains(
            "  event_time: [{path: $.time, translate: {\"0\": null, \"-1\": null}}]\n",
            "time: {formats: [epoch], absent: arrival}   # 1 events have no time\n");
  }

  @Test
  void givenCompressedRecordsWhenDraftedThenMembersUpToOtherBytesAreSamples() throws IOException {
    byte[] first = gzip("{\"event\":\"a\",\"time\":1790000000}\n");
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    record.write(first);
    record.write(first);
    record.write("{\"event\":\"b\",\"time\":1790000000}".getBytes(StandardCharsets.UTF_8));
    MappingDraft draft = new MappingDraft();
    draft.add(record.toByteArray());
    draft.add(gzip(gzip("{\"event\":\"c\",\"time\":1790000000}")));
    draft.add(zlib("{\"event\":\"d\",\"time\":1790000000}"));

    assertThat(draft.yaml())
        .startsWith("# A draft from 4 records with 4 events.\n")
        .contains("  event_time: [$.time]\n")
        .doesNotContain("unwrap:", "not JSON");
  }

  @Test
  void givenBytesThatAreNoJsonOrHaveAHeaderWhenDraftedThenTheyAreCountedOrCutOff() {
    MappingDraft draft = new MappingDraft();
    draft.add(new byte[] {0, 0, 0, 0, 7, 2, 6, 'a', 'b', 'c'});
    draft.add("\0\0\0\0\7{\"event\":\"a\",\"time\":1790000000}".getBytes(StandardCharsets.UTF_8));

    assertThat(draft.yaml())
        .contains("# 1 records are not JSON and were ignored.\n")
        .contains("unwrap:\n  - {header: confluent}\n");
  }

  @Test
  void givenEnvelopesOfAwsWhenDraftedThenTheyAreIncluded() {
    String event = "{'event_id':'e1','event_type':'view','event_time':'2026-01-31T10:00:00Z'}";
    String text = event.replace("'", "\\\"");
    String base64 =
        Base64.getEncoder()
            .encodeToString(event.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    assertThat(
            draft(
                "{'Type':'Notification','TopicArn':'arn','Message':'" + text + "'}",
                "{'detail-type':'x','source':'y','time':'2026-01-31T10:00:00Z','detail':"
                    + event
                    + "}",
                "{'specversion':'1.0','type':'x','data':" + event + "}",
                "{'specversion':'1.0','type':'x','data_base64':'" + base64 + "'}",
                "{'eventName':'INSERT','dynamodb':{'NewImage':{'event_type':{'S':'a'},"
                    + "'event_time':{'S':'2026-01-31T10:00:00Z'},'user_id':{'N':'1'}}}}",
                "{'payload':{'op':'c','ts_ms':1,'before':null,'after':" + event + "}}",
                "{'requestContext':{'identity':{'sourceIp':'192.0.2.1'}},'body':'[" + text + "]'}",
                "{'messageType':'DATA_MESSAGE','logEvents':[{'id':'1','timestamp':1790000000000,"
                    + "'message':'"
                    + text
                    + "'}]}"))
        .startsWith("# A draft from 8 records with 8 events.\n")
        .contains(
            "unwrap:\n  - {include: aws}\ncolumns:\n",
            "  event_time: [$.event_time]\n",
            "  event_type: [$.event_type]\n",
            "  event_id: [$.event_id]\n",
            "  user_id: [$.user_id]\n",
            "  ip_address: [$envelope.ip]\n");
  }

  @Test
  void givenOnlyCloudEventsWhenDraftedThenTheirEnvelopeGivesWhatTheDataLacks() {
    assertThat(
            draft(
                "{'specversion':'1.0','id':'c1','type':'org.example.view','source':'/shop',"
                    + "'time':'2026-01-31T10:00:00Z','data':{'user_id':'u1'}}"))
        .contains(
            "unwrap:\n  - {include: cloudevents}\ncolumns:\n",
            "  event_time: [$envelope.time]\n",
            "  event_type: [{path: $envelope.type, split: {by: ., take: -1}}]\n",
            "  event_id: [$envelope.id]\n",
            "  user_id: [$.user_id]\n");
  }

  @Test
  void givenANotificationInAQueueWhenDraftedThenItsMessageIsTheEvent() {
    assertThat(
            draft(
                "{'Records':[{'messageId':'q1','body':'{\\\"Type\\\":\\\"Notification\\\","
                    + "\\\"TopicArn\\\":\\\"t\\\",\\\"Timestamp\\\":\\\"2026-01-31T10:00:00Z\\\","
                    + "\\\"Message\\\":\\\"{\\\\\\\"event_type\\\\\\\":\\\\\\\"a\\\\\\\","
                    + "\\\\\\\"event_time\\\\\\\":1790000000}\\\"}'}]}"))
        .contains(
            "  - {events: $.Records}\n  - {at: $.body, decode: json}\n",
            "Message, decode: json}\n",
            "  event_time: [$.event_time]\n",
            "  event_type: [$.event_type]\n");
  }

  @Test
  void givenOrderLinesOfAnEventWithoutATypeWhenDraftedThenTheyAreNoEvents() {
    assertThat(
            draft(
                "{'created_at':'25.11.2026 10:15:30','status':'complete','items':"
                    + "[{'sku':'A','name':'Sofa','price':1}]}"))
        .contains("items:\n  paths: [$.items]\n")
        .doesNotContain("unwrap:");
    assertThat(
            draft(
                "{'events':[{'event_type':'commerce','data':{'product_action':"
                    + "{'products':[{'id':'p1','name':'Mug','quantity':2}]}}}]}"))
        .contains("unwrap:\n  - {events: $.events}\ncolumns:");
  }

  @Test
  void givenFieldsOfOtherThingsWhenDraftedThenTheEventsOwnArePreferred() {
    assertThat(
            draft(
                "{'event_id':'x','event':'a','time':1790000000,'order':{'id':'o1'},"
                    + "'environment':{'type':'browser'},'user':{'created':{'timestamp':1780000000}},"
                    + "'user_ltv':{'revenue':1.5},'query':'?utm_source=nl','clock':'10:15:30'}",
                "{'event_id':'x','time':1790000000,'order':{'id':'o2'},"
                    + "'environment':{'type':'browser'}}"))
        .contains(
            "  event_time: [$.time]\n",
            "  event_type: [$.event]   # 1 events have none of these\n",
            "  event_id: [$.event_id]\n",
            "  order_id: [$.order.id]\n")
        .doesNotContain("revenue:", "search_term:", "ip_address:", "clock");
  }

  @Test
  void givenNamesOfFurtherTrackersWhenDraftedThenTheyAreColumns() {
    assertThat(
            draft(
                "{'event':'a','distinct_id':'$device:d1','user_session':'s1','brand':'Acme',"
                    + "'category_code':'a.b','productVariant':{'price':{'amount':9.5},"
                    + "'product':{'id':'p1','url':'/p'}},'url':'https://a.example/'}"))
        .contains(
            "  user_id: [{path: $.distinct_id, translate: {\"$device:*\": null}}]\n",
            "  session_id: [$.user_session]\n",
            "  brand: [$.brand]\n",
            "  category: [$.category_code]\n",
            "  price: [$.productVariant.price.amount]\n",
            "  product_id: [$.productVariant.product.id]\n",
            "  page_url: [$.url]\n");
  }

  @Test
  void givenSessionsNumberedFromZeroWhenDraftedThenZeroIsOne() {
    assertThat(
            draft(
                "{'session':0,'events':[{'aid':7,'ts':1762819200017,'type':'clicks'}]}",
                "{'session':1,'events':[{'aid':8,'ts':1762819200034,'type':'carts'}]}"))
        .contains(
            "  session_id: [{path: $envelope.session, placeholders: keep}]\n",
            "  product_id: [$.aid]\n");
  }

  @Test
  void givenNestedArraysOfLogRecordsWhenDraftedThenTheyAreTakenOutLevelByLevel() {
    assertThat(
            draft(
                "{'resourceLogs':[{'resource':{'attributes':[{'key':'service.name','value':"
                    + "{'stringValue':'web'}}]},'scopeLogs':[{'logRecords':[{'timeUnixNano':"
                    + "'1795600000123456789','eventName':'view','attributes':[{'key':'user.id',"
                    + "'value':{'stringValue':'u1'}}]}]}]}]}"))
        .contains(
            "  - {events: $.resourceLogs}\n",
            "  - {events: $.scopeLogs, keep: {resourceattributes: $.resource.attributes}}\n",
            "  - {events: $.logRecords}\n",
            "  event_time: [$.timeUnixNano]\n",
            "  user_id: [\"$.attributes['user.id']\"]\n",
            "  $.attributes: {name: key, values: [value.*]}\n",
            "  $envelope.resourceattributes: {name: key, values: [value.*]}\n",
            "time: {formats: [epoch]}\n");
  }

  @Test
  void givenFormDataWhenDraftedThenItIsDecoded() {
    assertThat(draft("?idsite=1&url=https%3A%2F%2Fshop.example%2F&_id=a1&uid=u%2B9&cdt=1795600000"))
        .contains(
            "unwrap:\n  - {decode: form}\n",
            "  event_time: [$.cdt]\n",
            "  event_type: [{value: page_view}]",
            "  user_id: [$.uid]\n",
            "  page_url: [$.url]\n");
  }

  @Test
  void givenPagesWithoutATypeWhenDraftedThenTheyArePageViews() {
    assertThat(
            draft(
                "{'type':'event','payload':{'url':'/a','timestamp':1795600000}}",
                "{'n':'pageview','u':'https://a.example/','t':1795600000}",
                "{'url':'/b','timestamp':1795600000}"))
        .contains(
            "  event_time: [$.timestamp, $.t, $.payload.timestamp]\n",
            "  event_type: [$.n, $.type]   # 1 events have none of these\n",
            "  event_type: {value: page_view, when: $.url}\n",
            "  page_url: [$.url, $.payload.url, $.u]\n");
  }

  private static byte[] gzip(String text) throws IOException {
    return gzip(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(bytes);
    }
    return zipped.toByteArray();
  }

  private static byte[] zlib(String text) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (DeflaterOutputStream zlib = new DeflaterOutputStream(zipped)) {
      zlib.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return zipped.toByteArray();
  }

  private static String draft(String... records) {
    MappingDraft draft = new MappingDraft();
    for (String record : records) {
      draft.add(record.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
    return draft.yaml();
  }
}
