package io.clickstreamlake.local.suggest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The arrays of order lines in the samples, as the section {@code items}. */
final class OrderLines {

  private static final Set<String> ARRAYS =
      Set.of("items", "products", "lineitems", "lines", "cartitems", "basket", "contents");

  /** Elements that say what members a line has. */
  private static final int MAX_ELEMENTS = 5;

  private static final int MAX_DEPTH = 3;
  private static final int MAX_PATHS = 2;

  /** Names of the members, by attribute, the most telling first. */
  private static final Map<String, List<String>> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put("product_id", List.of("productid", "itemid", "sku", "articleid", "id", "variantid"));
    NAMES.put("price", List.of("price", "unitprice", "itemprice", "priceamount", "amount"));
    NAMES.put("quantity", List.of("quantity", "qty", "qtyordered", "itemquantity", "count"));
    NAMES.put("product_name", List.of("productname", "itemname", "name", "producttitle", "title"));
    NAMES.put("category", List.of("category", "itemcategory", "productcategory"));
    NAMES.put("brand", List.of("brand", "itembrand", "productbrand"));
    NAMES.put("discount", List.of("discount"));
    NAMES.put("coupon", List.of("coupon", "couponcode"));
  }

  private final Set<String> paths = new LinkedHashSet<>();

  /** Names of the objects and of the member, by their path. */
  private final Map<String, List<String>> members = new TreeMap<>();

  /** Whether an array has the name of order lines. */
  static boolean areIn(FieldPath path) {
    return ARRAYS.contains(path.normalName());
  }

  /** Whether an element has a product and a quantity. */
  static boolean isLine(JsonNode element) {
    boolean product = false;
    boolean quantity = false;
    for (Iterator<String> names = element.fieldNames(); names.hasNext(); ) {
      String name = FieldPath.normal(names.next());
      product |= NAMES.get("product_id").subList(0, 4).contains(name);
      quantity |= NAMES.get("quantity").subList(0, 3).contains(name);
    }
    return product && quantity;
  }

  void add(FieldPath path, JsonNode array) {
    paths.add(path.yaml());
    for (int i = 0; i < Math.min(MAX_ELEMENTS, array.size()); i++) {
      collect(array.get(i), List.of());
    }
  }

  private void collect(JsonNode object, List<String> names) {
    object
        .fields()
        .forEachRemaining(
            field -> {
              if (field.getKey().matches("[A-Za-z_][A-Za-z0-9_]*")) {
                List<String> path = new ArrayList<>(names);
                path.add(field.getKey());
                collectValue(field.getValue(), path);
              }
            });
  }

  private void collectValue(JsonNode value, List<String> path) {
    if (value.isObject() && path.size() < MAX_DEPTH) {
      collect(value, path);
    } else if (value.isValueNode() && !value.isNull()) {
      members.put(String.join(".", path), path);
    }
  }

  /** The lines of the section; none if nothing is known of the lines. */
  List<String> yaml() {
    List<String> lines = new ArrayList<>();
    NAMES.forEach(
        (attribute, names) -> {
          List<String> best = best(names);
          if (!best.isEmpty()) {
            lines.add("  " + attribute + ": " + best);
          }
        });
    if (!lines.isEmpty()) {
      lines.add(0, "  paths: [" + String.join(", ", paths) + "]");
      lines.add(0, "items:");
    }
    return lines;
  }

  private List<String> best(List<String> names) {
    return members.entrySet().stream()
        .filter(member -> rank(member.getValue(), names) >= 0)
        .sorted(
            Comparator.<Map.Entry<String, List<String>>>comparingInt(
                    member -> rank(member.getValue(), names))
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .limit(MAX_PATHS)
        .toList();
  }

  /** Alone, a name in a nested object says too little: the amount of a discount is no price. */
  private static int rank(List<String> member, List<String> names) {
    int depth = member.size();
    String last = FieldPath.normal(member.get(depth - 1));
    String inObject = depth < 2 ? last : FieldPath.normal(member.get(depth - 2)) + last;
    int rank = names.indexOf(inObject);
    boolean says = depth == 1 || names.indexOf(last) == 0 || last.equals("sku");
    if (rank < 0 && says) {
      rank = names.indexOf(last);
    }
    return rank < 0 ? -1 : rank + 2 * depth;
  }
}
