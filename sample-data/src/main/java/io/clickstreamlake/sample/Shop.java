package io.clickstreamlake.sample;

import io.clickstreamlake.sample.Step.Page;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The fictional shop: products, markets, search terms and arrivals of visitors, from text files.
 */
final class Shop {

  private static final String URL = "https://shop.example";

  private static final String TITLE_END = " | Outdoor Shop";

  static final String HOME = URL + "/";
  static final Page CHECKOUT = new Page(URL + "/checkout", "Checkout");
  static final Page THANK_YOU = new Page(URL + "/checkout/thank-you", "Thank you");

  /** A product; its price is in euros. */
  record Product(int index, String id, String name, String category, String brand, Page page) {

    Page categoryPage() {
      return new Page(URL + "/category/" + category, "All " + category + TITLE_END);
    }
  }

  /** The country of a visitor. {@code addressPrefix} is an IP address without its last part. */
  record Market(
      int index,
      int weight,
      String locale,
      String timezone,
      String currency,
      BigDecimal euroRate,
      String addressPrefix) {}

  /**
   * The start of a visit. Each text may be empty; {@code {click}} is replaced by a click id.
   *
   * @param intent readiness to buy of these visitors; 1 is average
   */
  record Arrival(int weight, double intent, String referrer, String query, boolean hasClickId) {

    static final Arrival DIRECT = new Arrival(1, 1, "", "", false);
  }

  /**
   * A term that visitors enter.
   *
   * @param results number of products that are found; 0 if the shop has none
   */
  record SearchTerm(int weight, int results, String term, Page page) {}

  private final List<Product> products = new ArrayList<>();

  /** Prices with two decimals, by market and product. */
  private final List<List<BigDecimal>> prices = new ArrayList<>();

  private final Weighted<String> browsers = agents("browsers.txt");
  private final Weighted<String> robots = agents("robots.txt");
  private final Weighted<SearchTerm> searchTerms;
  private final Weighted<Market> markets;
  private final Weighted<Arrival> arrivals;

  Shop() {
    List<BigDecimal> euros = new ArrayList<>();
    for (String[] f : rows("products.csv")) {
      Page page = new Page(URL + "/product/" + f[0], f[1]);
      products.add(new Product(products.size(), f[0], f[1], f[2], f[3], page));
      euros.add(new BigDecimal(f[4]));
    }
    List<Market> countries = new ArrayList<>();
    for (String[] f : rows("markets.csv")) {
      BigDecimal rate = new BigDecimal(f[4]);
      countries.add(
          new Market(countries.size(), Integer.parseInt(f[0]), f[1], f[2], f[3], rate, f[5]));
      prices.add(
          euros.stream().map(e -> e.multiply(rate).setScale(2, RoundingMode.HALF_UP)).toList());
    }
    markets = Weighted.of(countries, Market::weight);
    arrivals =
        Weighted.of(
            rows("arrivals.csv").stream()
                .map(
                    f ->
                        new Arrival(
                            Integer.parseInt(f[0]),
                            Double.parseDouble(f[1]),
                            f[2],
                            f[3],
                            f[3].contains("{click}")))
                .toList(),
            Arrival::weight);
    searchTerms =
        Weighted.of(
            rows("search-terms.csv").stream()
                .map(
                    f ->
                        new SearchTerm(
                            Integer.parseInt(f[0]), Integer.parseInt(f[1]), f[2], searchPage(f[2])))
                .toList(),
            SearchTerm::weight);
  }

  private static Page searchPage(String term) {
    String query = URLEncoder.encode(term, StandardCharsets.UTF_8);
    return new Page(URL + "/search?q=" + query, "Search" + TITLE_END);
  }

  /** Draws a product; a few sell far better than the others. */
  Product product(SplittableRandom random) {
    double skewed = random.nextDouble();
    return products.get((int) (skewed * skewed * products.size()));
  }

  /** Price per piece, with two decimals. */
  BigDecimal price(Product product, Market market) {
    return prices.get(market.index()).get(product.index());
  }

  String browser(SplittableRandom random) {
    return browsers.draw(random);
  }

  String robot(SplittableRandom random) {
    return robots.draw(random);
  }

  SearchTerm searchTerm(SplittableRandom random) {
    return searchTerms.draw(random);
  }

  Market market(SplittableRandom random) {
    return markets.draw(random);
  }

  Arrival arrival(SplittableRandom random) {
    return arrivals.draw(random);
  }

  /** User agents, each after its weight and a space. */
  private static Weighted<String> agents(String file) {
    record Agent(int weight, String text) {}
    List<Agent> agents =
        lines(file).stream()
            .map(line -> line.split(" ", 2))
            .map(part -> new Agent(Integer.parseInt(part[0]), part[1]))
            .toList();
    return Weighted.of(agents, Agent::weight).map(Agent::text);
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
