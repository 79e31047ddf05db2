package io.clickstreamlake.local.suggest;

import java.util.List;
import java.util.function.Predicate;

/**
 * The columns of a draft, in the order in which they choose their fields, with the names that
 * trackers use, the most telling first. Names are compared without marks and separators, alone or
 * with the name of the object around the field.
 */
enum Columns {
  EVENT_TIME(
      "event_time",
      field -> field.is(Shape.TIME),
      "eventtime",
      "timestamp",
      "eventtimestamp",
      "originaltimestamp",
      "timestampmicros",
      "dtm",
      "dvcecreatedtstamp",
      "derivedtstamp",
      "collectortstamp",
      "time",
      "ts",
      "occurredat",
      "createdat",
      "clienttime",
      "clienteventtime",
      "at",
      "date",
      "sentat",
      "receivedat",
      "approximatearrivaltimestamp"),
  EVENT_TYPE(
      "event_type",
      field -> field.is(Shape.TEXT),
      "eventtype",
      "eventname",
      "event",
      "action",
      "activity",
      "e",
      "type",
      "kind",
      "name",
      "interaction"),
  EVENT_ID(
      "event_id",
      field -> !field.is(Shape.BOOLEAN) && !field.is(Shape.TIME) && isDistinct(field),
      "eventid",
      "messageid",
      "insertid",
      "eid",
      "originalmessageid",
      "eventuuid",
      "uuid",
      "hitid",
      "id"),
  USER_ID(
      "user_id",
      field -> isId(field),
      "userid",
      "customerid",
      "memberid",
      "accountid",
      "externalid",
      "uid",
      "user"),
  ANONYMOUS_ID(
      "anonymous_id",
      field -> isId(field),
      "anonymousid",
      "userpseudoid",
      "deviceid",
      "visitorid",
      "clientid",
      "distinctid",
      "domainuserid",
      "duid",
      "cookieid",
      "browserid",
      "ecid",
      "fullvisitorid",
      "viewerid",
      "networkuserid",
      "cid"),
  SESSION_ID(
      "session_id",
      field -> isId(field),
      "sessionid",
      "gasessionid",
      "domainsessionid",
      "sid",
      "visitid",
      "session"),
  USER_AGENT(
      "user_agent",
      field -> field.isNever(Shape.BOOLEAN),
      "useragent",
      "rawuseragent",
      "ua",
      "httpuseragent"),
  IP_ADDRESS(
      "ip_address",
      field -> field.is(Shape.IP_ADDRESS),
      "ipaddress",
      "ip",
      "clientip",
      "sourceip",
      "remoteaddr",
      "useripaddress",
      "xforwardedfor"),
  REFERRER_URL(
      "referrer_url",
      field -> field.isNever(Shape.BOOLEAN) && !field.is(Shape.NUMBER),
      "referrerurl",
      "pagereferrer",
      "referrer",
      "documentreferrer",
      "referer",
      "refr"),
  PAGE_URL(
      "page_url",
      field -> field.is(Shape.URL),
      "pageurl",
      "currenturl",
      "pagelocation",
      "url",
      "locationhref",
      "href",
      "link",
      "page"),
  PAGE_TITLE(
      "page_title", field -> field.isNever(Shape.BOOLEAN), "pagetitle", "documenttitle", "title"),
  ORDER_ID("order_id", field -> isId(field), "orderid", "transactionid", "checkoutorderid"),
  PRODUCT_ID(
      "product_id", field -> isId(field), "productid", "itemid", "sku", "productsku", "articleid"),
  PRODUCT_NAME(
      "product_name", field -> field.isNever(Shape.BOOLEAN), "productname", "producttitle"),
  PRICE("price", field -> field.is(Shape.NUMBER), "price", "productprice", "unitprice"),
  QUANTITY("quantity", field -> field.is(Shape.NUMBER), "quantity", "qty"),
  CURRENCY("currency", field -> field.is(Shape.TEXT), "currency", "currencycode"),
  REVENUE(
      "revenue",
      field -> field.is(Shape.NUMBER),
      "revenue",
      "ordertotal",
      "purchaserevenue",
      "totalprice",
      "totalpriceamount"),
  SEARCH_TERM(
      "search_term",
      field -> field.isNever(Shape.BOOLEAN),
      "searchterm",
      "searchquery",
      "searchresultquery",
      "query");

  private final String column;
  private final Predicate<Field> accepts;
  private final List<String> names;

  Columns(String column, Predicate<Field> accepts, String... names) {
    this.column = column;
    this.accepts = accepts;
    this.names = List.of(names);
  }

  String column() {
    return column;
  }

  boolean accepts(Field field) {
    return accepts.test(field);
  }

  /** The rank of a field's name, from 0; negative if it is no name of this column. */
  int rank(FieldPath path) {
    int alone = names.indexOf(path.normalName());
    int inObject = names.indexOf(path.normalNameInObject());
    return inObject >= 0 && (alone < 0 || inObject < alone) ? inObject : alone;
  }

  private static boolean isDistinct(Field field) {
    return field.distinct().size() * 2 > field.values() || field.distinct().size() >= 1_000;
  }

  private static boolean isId(Field field) {
    return !field.is(Shape.BOOLEAN) && !field.is(Shape.URL) && !field.is(Shape.IP_ADDRESS);
  }
}
