package io.clickstreamlake.local.cost;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Unit prices and assumptions, from a file in the format of {@code prices.json}.
 *
 * @param region of the prices
 * @param currency of all prices
 * @param asOf month of the price list, such as {@code 2025-11}
 * @param source origin of the prices
 * @param prices by name
 * @param assumptions by name
 */
public record PriceList(
    String region,
    String currency,
    String asOf,
    String source,
    Map<String, Price> prices,
    Map<String, Assumption> assumptions) {

  /** The price of one unit. */
  public record Price(double usd, String unit) {}

  /** A figure that is not in any price list, and the reason for its value. */
  public record Assumption(double value, String why) {}

  @JsonCreator
  public PriceList(
      @JsonProperty(value = "region", required = true) String region,
      @JsonProperty(value = "currency", required = true) String currency,
      @JsonProperty(value = "asOf", required = true) String asOf,
      @JsonProperty(value = "source", required = true) String source,
      @JsonProperty(value = "prices", required = true) Map<String, Price> prices,
      @JsonProperty(value = "assumptions", required = true) Map<String, Assumption> assumptions) {
    this.region = region;
    this.currency = currency;
    this.asOf = asOf;
    this.source = source;
    this.prices = Map.copyOf(prices);
    this.assumptions = Map.copyOf(assumptions);
  }

  /** The price list that is part of the program. */
  public static PriceList shipped() {
    try (InputStream in = PriceList.class.getResourceAsStream("prices.json")) {
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "prices.json");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read prices.json from the program", e);
    }
  }

  /**
   * Reads a custom price list.
   *
   * @throws LakeException if the file does not exist or has another format
   */
  public static PriceList read(Path file) {
    try {
      return parse(Files.readString(file), file.toString());
    } catch (IOException e) {
      throw new LakeException("The price list " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static PriceList parse(String json, String name) {
    try {
      return new ObjectMapper().readValue(json, PriceList.class);
    } catch (JsonProcessingException e) {
      throw new LakeException(
          "The price list "
              + name
              + " does not have the format of ./lake cost --show-prices: "
              + e.getOriginalMessage(),
          e);
    }
  }

  Price price(String name) {
    Price price = prices.get(name);
    if (price == null) {
      throw missing("price", name);
    }
    return price;
  }

  /**
   * The value of an assumption.
   *
   * @throws LakeException if the list has no assumption of this name
   */
  public double assumption(String name) {
    Assumption assumption = assumptions.get(name);
    if (assumption == null) {
      throw missing("assumption", name);
    }
    return assumption.value();
  }

  private static LakeException missing(String kind, String name) {
    return new LakeException(
        "The price list has no "
            + kind
            + " '"
            + name
            + "'. ./lake cost --show-prices prints a complete list.");
  }
}
