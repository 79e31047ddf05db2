package io.clickstreamlake.parse.mapping;

import java.util.List;

/**
 * How people write the numbers at a path, such as {@code 1.299,00 €}. Only this form is read: a
 * number in another form is an invalid value, so that 1.299 is never taken for 1.2 or 1299 by
 * accident. Immutable.
 */
public final class NumberForm {

  /** Number of digits between two group separators. */
  private static final int GROUP = 3;

  private final char decimal;
  private final String groups;
  private final List<String> symbols;

  /**
   * @param decimal the decimal separator
   * @param groups the characters that may separate groups of three digits; a blank stands for any
   *     space
   * @param symbols texts that may precede or follow the number
   */
  NumberForm(char decimal, String groups, List<String> symbols) {
    this.decimal = decimal;
    this.groups = groups;
    this.symbols = List.copyOf(symbols);
  }

  /**
   * Returns the number in JSON syntax.
   *
   * @throws InvalidValueException if the text is not a number in this form
   */
  public String plain(String text) throws InvalidValueException {
    String number = withoutSymbols(text.strip());
    StringBuilder plain = new StringBuilder();
    int at = 0;
    if (!number.isEmpty() && "+-\u2212".indexOf(number.charAt(0)) >= 0) {
      plain.append(number.charAt(0) == '+' ? "" : "-");
      number = withoutSymbols(number.substring(1).strip());
    }
    int digits = 0;
    boolean grouped = false;
    char separator = 0;
    for (; at < number.length() && number.charAt(at) != decimal; at++) {
      char c = number.charAt(at);
      if (c >= '0' && c <= '9') {
        plain.append(c);
        digits++;
      } else if (isGroup(c) && isGroupEnd(digits, grouped) && (!grouped || c == separator)) {
        grouped = true;
        separator = c;
        digits = 0;
      } else {
        throw invalid();
      }
    }
    if (digits == 0 || grouped && digits != GROUP) {
      throw invalid();
    }
    if (at < number.length()) {
      int start = ++at;
      plain.append('.');
      for (; at < number.length(); at++) {
        char c = number.charAt(at);
        if (c < '0' || c > '9') {
          throw invalid();
        }
        plain.append(c);
      }
      if (at == start) {
        throw invalid();
      }
    }
    return plain.toString();
  }

  /** A number of JSON, which is unambiguous, in this form. One with an exponent is not changed. */
  public String ofJson(String number) {
    return number.replace('.', decimal);
  }

  private static boolean isGroupEnd(int digits, boolean grouped) {
    return grouped ? digits == GROUP : digits >= 1 && digits <= GROUP;
  }

  private boolean isGroup(char c) {
    return groups.indexOf(c) >= 0 || groups.indexOf(' ') >= 0 && (isSpace(c) || c == '\u202F');
  }

  private static boolean isSpace(char c) {
    return c == '\u00A0' || c == '\u2009' || c == '\u2007';
  }

  private String withoutSymbols(String text) {
    for (String symbol : symbols) {
      if (text.length() > symbol.length()) {
        if (text.startsWith(symbol)) {
          return stripSpaces(text.substring(symbol.length()));
        }
        if (text.endsWith(symbol)) {
          return stripSpaces(text.substring(0, text.length() - symbol.length()));
        }
      }
    }
    return text;
  }

  /** Also removes no-break spaces, which {@link String#strip} keeps. */
  private static String stripSpaces(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && (text.charAt(start) <= ' ' || isSpace(text.charAt(start)))) {
      start++;
    }
    while (end > start && (text.charAt(end - 1) <= ' ' || isSpace(text.charAt(end - 1)))) {
      end--;
    }
    return text.substring(start, end);
  }

  private static InvalidValueException invalid() {
    return new InvalidValueException("is not a number in the form that the mapping describes");
  }
}
