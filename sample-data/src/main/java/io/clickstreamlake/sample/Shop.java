package io.clickstreamlake.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/** The fictional shop: its products, markets, and the arrivals of visitors, from text files. */
final class Shop {

  static final String URL = "https://shop.example";

  /** A product; its price is in euros. */
  record Product(String id, String name, String category, String brand, BigDecimal euros) {

    String url() {
      return URL + "/product/" + id;
    }

    /** Price per piece, with two decimals. */
    BigDecimal price(Market market) {
      return euros.multiply(market.euroRate()).setScale(2, RoundingMode.HALF_UP);
    }
  }

  /** The country of a visitor. {@code addressPrefix} is an IP address without its last part. */
  record Market(
      int weight, String locale, String currency, BigDecimal euroRate, String addressPrefix) {}

  /** The start of a visit. Each text may be empty; {@code {click}} is replaced by a click id. */
  record Arrival(int weight, String referrer, String query) {}

  private final List<Product> products;
  private final List<String> browsers = lines("browsers.txt");
  private final List<String> robots = lines("robots.txt");
  private final List<String> searchTerms = lines("search-terms.txt");
  private final Weighted<Market> markets;
  private final Weighted<Arrival> arrivals;

  Shop() {
    products =
        rows("products.csv").stream()
            .map(f -> new Product(f[0], f[1], f[2], f[3], new BigDecimal(f[4])))
            .toList();
    markets =
        Weighted.of(
            rows("markets.csv").stream()
                .map(
                    f -> new Market(Integer.parseInt(f[0]), f[1], f[2], new BigDecimal(f[3]), f[4]))
                .toList(),
            Market::weight);
    arrivals =
        Weighted.of(
            rows("arrivals.csv").stream()
                .map(f -> new Arrival(Integer.parseInt(f[0]), f[1], f[2]))
                .toList(),
            Arrival::weight);
  }

  /** Draws a product; a few sell far better than the others. */
  Product product(SplittableRandom random) {
    double skewed = random.nextDouble();
    return products.get((int) (skewed * skewed * products.size()));
  }

  String browser(SplittableRandom random) {
    return browsers.get(random.nextInt(browsers.size()));
  }

  String robot(SplittableRandom random) {
    return robots.get(random.nextInt(robots.size()));
  }

  String searchTerm(SplittableRandom random) {
    return searchTerms.get(random.nextInt(searchTerms.size()));
  }

  Market market(SplittableRandom random) {
    return markets.draw(random);
  }

  Arrival arrival(SplittableRandom random) {
    return arrivals.draw(random);
  }

  /** Rows of a file with a header line. No field contains a comma. */
  private static List<String[]> rows(String file) {
    return lines(file).stream().skip(1).map(line -> line.split(",", -1)).toList();
  }

  private static List<String> lines(String file) {
    try (InputStream in = Shop.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(
            "the jar of sample-data has no " + file + "; build the module again");
      }
      return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + " in the jar of sample-data", e);
    }
  }
}
