package io.clickstreamlake.local.query;

import io.trino.client.ClientTypeSignature;
import io.trino.client.ClientTypeSignatureParameter;
import io.trino.client.Row;
import io.trino.client.RowField;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The conversion of values of Trino's client to the values of a {@link ResultSink}. */
final class TrinoValues {

  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

  private TrinoValues() {}

  static Object plain(ClientTypeSignature type, Object value) {
    if (value == null || value instanceof Boolean || value instanceof Number) {
      return value;
    }
    if (value instanceof byte[] bytes) {
      return HEX.formatHex(bytes);
    }
    if (value instanceof List<?> list) {
      return list(type.getArgumentsAsTypeSignatures().get(0), list);
    }
    if (value instanceof Map<?, ?> map) {
      return map(type.getArgumentsAsTypeSignatures(), map);
    }
    if (value instanceof Row row) {
      return row(type.getArguments(), row);
    }
    // The client leaves decimals as text.
    return type.getRawType().equals("decimal")
        ? new BigDecimal(value.toString())
        : value.toString();
  }

  private static List<Object> list(ClientTypeSignature type, List<?> list) {
    List<Object> plain = new ArrayList<>(list.size());
    for (Object element : list) {
      plain.add(plain(type, element));
    }
    return plain;
  }

  private static Map<String, Object> map(List<ClientTypeSignature> types, Map<?, ?> map) {
    Map<String, Object> plain = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      plain.put(
          ResultText.of(plain(types.get(0), entry.getKey())),
          plain(types.get(1), entry.getValue()));
    }
    return plain;
  }

  private static Map<String, Object> row(List<ClientTypeSignatureParameter> types, Row row) {
    Map<String, Object> plain = new LinkedHashMap<>();
    for (RowField field : row.getFields()) {
      ClientTypeSignature type =
          types.get(field.getOrdinal()).getNamedTypeSignature().getTypeSignature();
      String position = "field" + field.getOrdinal();
      String name = field.getName().orElse(position);
      plain.put(plain.containsKey(name) ? position : name, plain(type, field.getValue()));
    }
    return plain;
  }
}
