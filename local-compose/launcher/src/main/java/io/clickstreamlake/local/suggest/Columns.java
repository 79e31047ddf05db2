package io.clickstreamlake.local.suggest;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The columns of a draft, in the order in which they choose their fields, with the names that
 * trackers use, the most telling first. Names are compared without marks and separators, alone or
 * with the name of the object around the field.
 */
enum Columns {
  EVENT_TIME(
      "event_time",
      Field::isOftenTime,
      "eventtime",
      "timestamp",
      "eventtimestamp",
      "originaltimestamp",
      "timestampmicros",
      "timestampunixtimems",
      "timeunixnano",
      "eventepochms",
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
      "cdt",
      "gtmtime",
      "t",
      "observedtimeunixnano",
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
      "interaction",
      "tealiumevent",
      "n"),
  EVENT_ID(
      "event_id",
      Columns::isIdOfAnEvent,
      "eventid",
      "messageid",
      "insertid",
      "eid",
      "originalmessageid",
      "eventuuid",
      "sourcemessageid",
      "uuid",
      "hitid",
      "id"),
  USER_ID(
      "user_id",
      Columns::isId,
      "userid",
      "customerid",
      "memberid",
      "accountid",
      "externalid",
      "uid",
      "user",
      "customeruserid",
      "externaluserid",
      "identity",
      "distinctid"),
  ANONYMOUS_ID(
      "anonymous_id",
      Columns::isId,
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
      "cid",
      "clientkey",
      "mpid"),
  SESSION_ID(
      "session_id",
      Columns::isId,
      "sessionid",
      "gasessionid",
      "domainsessionid",
      "sid",
      "visitid",
      "sessionuuid",
      "usersession",
      "sessionkey",
      "session"),
  USER_AGENT(
      "user_agent",
      field -> field.isNever(Shape.BOOLEAN),
      "useragent",
      "rawuseragent",
      "ua",
      "httpuseragent",
      "useragentoriginal",
      "agent",
      "httpheaderuseragent"),
  IP_ADDRESS(
      "ip_address",
      field -> field.is(Shape.IP_ADDRESS),
      "ipaddress",
      "ip",
      "clientip",
      "sourceip",
      "remoteaddr",
      "useripaddress",
      "xforwardedfor",
      "requestip",
      "ipoverride",
      "ipv4"),
  REFERRER_URL(
      "referrer_url",
      field -> field.isNever(Shape.BOOLEAN) && !field.is(Shape.NUMBER),
      "referrerurl",
      "pagereferrer",
      "referrer",
      "documentreferrer",
      "referer",
      "refr",
      "urlref",
      "referrerurlfullurl",
      "r"),
  PAGE_URL(
      "page_url",
      Field::isUrlOrPath,
      "pageurl",
      "currenturl",
      "pagelocation",
      "url",
      "locationhref",
      "href",
      "link",
      "page",
      "urlfull",
      "pageurlfullurl",
      "u"),
  PAGE_TITLE(
      "page_title",
      field -> field.isNever(Shape.BOOLEAN),
      "pagetitle",
      "documenttitle",
      "title",
      "actionname"),
  ORDER_ID("order_id", Columns::isId, "orderid", "transactionid", "checkoutorderid", "purchaseid"),
  PRODUCT_ID(
      "product_id",
      Columns::isIdOfAProduct,
      "productid",
      "itemid",
      "sku",
      "productsku",
      "articleid",
      "aid"),
  PRODUCT_NAME(
      "product_name", field -> field.isNever(Shape.BOOLEAN), "productname", "producttitle"),
  CATEGORY(
      "category",
      field -> field.isNever(Shape.BOOLEAN),
      "category",
      "categorycode",
      "productcategory",
      "itemcategory"),
  BRAND("brand", field -> field.is(Shape.TEXT), "brand", "productbrand", "itembrand"),
  PRICE(
      "price",
      field -> field.is(Shape.NUMBER),
      "price",
      "productprice",
      "unitprice",
      "priceamount"),
  QUANTITY("quantity", field -> field.is(Shape.NUMBER), "quantity", "qty"),
  CURRENCY(
      "currency", field -> field.is(Shape.TEXT), "currency", "currencycode", "ordercurrencycode"),
  REVENUE(
      "revenue",
      field -> field.is(Shape.NUMBER),
      "revenue",
      "ordertotal",
      "purchaserevenue",
      "revenueamount",
      "grandtotal",
      "totalprice",
      "totalpriceamount"),
  SEARCH_TERM(
      "search_term",
      field -> field.isNever(Shape.BOOLEAN) && field.distinct().stream().noneMatch(Columns::isForm),
      "searchterm",
      "searchquery",
      "searchresultquery",
      "query");

  /** Columns whose fields describe the event, not who or what is around it. */
  private static final Set<String> OF_THE_EVENT =
      Set.of(
          "event_time",
          "event_type",
          "event_id",
          "category",
          "brand",
          "price",
          "quantity",
          "currency",
          "revenue");

  /** Objects that describe something else than the event. */
  private static final Set<String> OF_SOMETHING_ELSE =
      Set.of(
          "user",
          "users",
          "userproperties",
          "usertraits",
          "traits",
          "customer",
          "profile",
          "created",
          "ltv",
          "userltv",
          "context",
          "geo",
          "environment",
          "device",
          "deviceinfo",
          "app",
          "library",
          "lib",
          "os",
          "browser",
          "screen",
          "set",
          "setonce",
          "privacyinfo",
          "trafficsource",
          "integrations",
          "implementationdetails",
          "identitymap",
          "resource",
          "scope");

  /** Names that are those of an event only in it, or in an object that carries its values. */
  private static final Set<String> BARE =
      Set.of("id", "uuid", "type", "name", "kind", "e", "n", "t", "time", "ts", "at", "date");

  private static final Set<String> CARRIERS =
      Set.of(
          "event",
          "data",
          "payload",
          "properties",
          "eventproperties",
          "params",
          "eventparams",
          "attributes",
          "meta",
          "metadata",
          "header",
          "message",
          "body",
          "props",
          "record");

  /** Objects with a URL of their own. */
  private static final Pattern IS_A_THING = Pattern.compile("product|image|merchandise|item");

  /** Names of the time at which an event was sent, for the section {@code time}. */
  private static final Set<String> SENT =
      Set.of("sentat", "stm", "dvcesenttstamp", "senttime", "senttimestamp", "clientsentat");

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
    if (isOfTheEvent() && isOfSomethingElse(path)) {
      return -1;
    }
    if (this == PAGE_URL && path.objects().stream().anyMatch(IS_A_THING.asPredicate())) {
      return -1;
    }
    int alone = isTooBare(path) ? -1 : names.indexOf(path.normalName());
    int inObject = names.indexOf(path.normalNameInObject());
    return inObject >= 0 && (alone < 0 || inObject < alone) ? inObject : alone;
  }

  /** Whether the field is in an object that describes something else than the event. */
  static boolean isOfSomethingElse(FieldPath path) {
    return path.objects().stream().anyMatch(OF_SOMETHING_ELSE::contains);
  }

  /** Whether a time is that of the sending or the arrival. */
  static boolean isOfTheTransport(FieldPath path) {
    return isSentTime(path)
        || path.normalName().matches("receivedat|collectortstamp|approximatearrival.*|observed.*");
  }

  boolean isOfTheEvent() {
    return OF_THE_EVENT.contains(column);
  }

  private boolean isTooBare(FieldPath path) {
    List<String> objects = path.objects();
    return isOfTheEvent()
        && BARE.contains(path.normalName())
        && !objects.isEmpty()
        && !CARRIERS.contains(objects.get(objects.size() - 1));
  }

  /** Whether the field has the column's own name, in the event itself. */
  boolean isNamedSo(FieldPath path) {
    return path.depth() == 1 && path.normalName().equals(names.get(0));
  }

  /** Whether a field is the time at which the producer sent the event. */
  static boolean isSentTime(FieldPath path) {
    return SENT.contains(path.normalName()) && path.depth() <= 2;
  }

  /** Whether a name tells an event by itself, whatever else is in the object. */
  static boolean isTellingType(FieldPath path) {
    return EVENT_TYPE.names.subList(0, 3).contains(path.normalName())
        || path.normalName().equals("tealiumevent");
  }

  private static boolean isIdOfAnEvent(Field field) {
    boolean isNamedSo =
        !BARE.contains(field.path().normalName()) && EVENT_ID.rank(field.path()) >= 0;
    return !field.is(Shape.BOOLEAN) && !field.is(Shape.TIME) && (isNamedSo || isDistinct(field));
  }

  private static boolean isDistinct(Field field) {
    return field.distinct().size() * 2 > field.values() || field.distinct().size() >= 1_000;
  }

  /** Snowplow's aid is an application. */
  private static boolean isIdOfAProduct(Field field) {
    return isId(field) && (!field.path().normalName().equals("aid") || field.is(Shape.NUMBER));
  }

  private static boolean isId(Field field) {
    return !field.is(Shape.BOOLEAN) && !field.is(Shape.URL) && !field.is(Shape.IP_ADDRESS);
  }

  private static boolean isForm(String text) {
    return text.startsWith("?") || text.matches("[\\w.-]+=\\S*");
  }
}
