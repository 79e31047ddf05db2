package io.clickstreamlake.enrich;

import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.IpAddress;
import io.clickstreamlake.event.ParsedEvent;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * The enrichment with country, region, city and time zone of the visitor's IP address. It supports
 * the entries of MaxMind's GeoIP2 and GeoLite2, of DB-IP, which has the same form, and the flat
 * entries of ip-location-db.
 */
final class GeoEnrichment implements Enrichment {

  private final GeoDatabase database;

  GeoEnrichment(GeoDatabase database) {
    this.database = database;
  }

  @Override
  public void checkFiles(ValidationErrors problems) {
    database.check(problems);
  }

  @Override
  public void enrich(ParsedEvent parsed) {
    if (parsed.ipAddress == null) {
      return;
    }
    InetAddress address = IpAddress.parse(parsed.ipAddress);
    if (address == null) {
      parsed.flag("ip_address_invalid");
      return;
    }
    Map<?, ?> entry = database.find(address);
    if (entry == null) {
      return;
    }
    ClickEvent event = parsed.event;
    if (event.getGeoCountry() == null) {
      event.setGeoCountry(text(entry, "country_code", "country", "iso_code"));
    }
    if (event.getGeoRegion() == null) {
      Object subdivisions = entry.get("subdivisions");
      if (subdivisions instanceof List && !((List<?>) subdivisions).isEmpty()) {
        event.setGeoRegion(name(((List<?>) subdivisions).get(0)));
      } else {
        event.setGeoRegion(text(entry.get("state1")));
      }
    }
    if (event.getGeoCity() == null) {
      event.setGeoCity(name(entry.get("city")));
    }
    if (event.getGeoTimezone() == null) {
      event.setGeoTimezone(text(entry, "timezone", "location", "time_zone"));
    }
  }

  /** The flat field, or the one inside an object. */
  private static String text(Map<?, ?> entry, String flat, String outer, String inner) {
    Object object = entry.get(outer);
    return object instanceof Map ? text(((Map<?, ?>) object).get(inner)) : text(entry.get(flat));
  }

  /** The English name of a place; ip-location-db has only the name. */
  private static String name(Object place) {
    if (place instanceof Map) {
      Object names = ((Map<?, ?>) place).get("names");
      return names instanceof Map ? text(((Map<?, ?>) names).get("en")) : null;
    }
    return text(place);
  }

  private static String text(Object value) {
    return value instanceof String && !((String) value).isEmpty() ? (String) value : null;
  }
}
