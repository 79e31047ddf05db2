package io.clickstreamlake.parse.mapping;

import java.util.Locale;

/** How a record or a field is encoded; steps of {@link Unwrapping} decode it. */
public enum Codec {
  /** JSON as text: one value, or several that follow each other. */
  JSON,
  /** RFC 4648, in the standard or the URL alphabet, with or without padding and line breaks. */
  BASE64,
  /** RFC 1952. */
  GZIP,
  /** RFC 1950. */
  ZLIB,
  /** Form data, {@code a=1&b=2}: an object; a repeated name has an array. */
  FORM,
  /** The typed values of DynamoDB, {@code {"S": "text"}}: plain JSON. For fields only. */
  DYNAMODB;

  /** The name in a mapping. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
