package io.clickstreamlake.parse.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPathParserTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$.user.id",
        "$['user'][\"id\"]",
        "$.x-forwarded-for",
        "$['@id']",
        "$['a.b $ @ [*] \\' \\\\ \\u00e9']",
        "$['🛒'].größe",
        "$.tags[0]",
        "$.tags[-1]",
        "$[ 'blank' ][ 12 ]",
        "$.value.*",
        "$.tags[*]",
        "$.params[?@.key=='sku'].value.*",
        "$.params[?(@.key == \"sku\")]",
        "$.params[?@['a b'].c == 'x'][0]",
        "$.params[?@.count==12.5]",
        "$.params[?@.on==true]",
        "$.params[?@.value]",
        "$.ctx[?match(@.schema, 'iglu:org\\\\.example/.*')].data",
        "$.ctx[?search(@.schema,'product')].data",
        "$envelope.context.library",
        "$envelope"
      })
  void givenAPathOfTheSubsetWhenParsedThenItIsAccepted(String text) throws Exception {
    assertThat(JsonPathParser.absolute(text).toString()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "user.id                  | a path starts with $",
        "$                        | is the whole event",
        "$..id                    | '..' searches at every depth",
        "$.a..id                  | at character 4: '..' searches at every depth",
        "$.                       | at character 3: ends with a dot",
        "$.properties.$url        | at character 14: put the name in brackets: ['$url']",
        "$.@id                    | put the name in brackets: ['@id']",
        "$.a b                    | put the name in brackets: ['a b']",
        "$.it's                   | put the name in brackets: ['it\\'s']",
        "$.xdm:id                 | put the name in brackets: ['xdm:id']",
        "$.items.0                | write [0] for an element of an array, or ['0'] for a field",
        "$.a[b]                   | at character 5: put the name in quotes: ['b']",
        "$.a['b'                  | at character 8: expected ]",
        "$.a['b                   | the quote is not closed",
        "$.a[0:2]                 | slices are not supported",
        "$.a[:2]                  | slices are not supported",
        "$.a[0,1]                 | lists are not supported",
        "$.a['b','c']             | lists are not supported",
        "$.a[01]                  | is not an index",
        "$.a[-]                   | is not an index",
        "$.a[-0]                  | is not an index",
        "$.a[99999999]            | is not an index",
        "$.a[(@.length-1)]        | a filter starts with a question mark",
        "$.a[?@.k!='x']           | a filter compares with ==",
        "$.a[?@.k>1]              | a filter compares with ==",
        "$.a[?@.k=='x' && @.l]    | && and || are not supported",
        "$.a[?'x'==@.k]           | a filter starts with the element's field",
        "$.a[?@=='x']             | a filter tests a field of the element",
        "$.a[?@.k==x]             | compare with a text in quotes",
        "$.a[?@.k[0]=='x']        | within a filter, only names are supported",
        "$.a[?match(@.k,'(')]     | is not a regular expression",
        "$.a['\\q']               | is not an escape of JSON",
        "$.a b.c                  | ['a b']",
        "$a                       | expected . or ["
      })
  void givenATextOutsideOfTheSubsetWhenParsedThenThePlaceAndAHintAreGiven(
      String text, String hint) {
    assertThatThrownBy(() -> JsonPathParser.absolute(text.strip()))
        .isInstanceOf(JsonPathParser.InvalidPathException.class)
        .hasMessageContaining(hint.strip());
  }

  @Test
  void givenAPathWithinAnElementWhenParsedThenNamesOnlyAreNeeded() throws Exception {
    assertThat(JsonPathParser.relative("price.amount").names()).isEqualTo("price.amount");
    assertThat(JsonPathParser.relative("@.price").names()).isEqualTo("price");
    assertThat(JsonPathParser.relative("['item id']").names()).isEqualTo("item id");
    assertThatThrownBy(() -> JsonPathParser.relative("$.price"))
        .hasMessageContaining("within an element, write it without $: price");
    assertThatThrownBy(() -> JsonPathParser.relative("item id"))
        .hasMessageContaining("put the name in brackets: ['item id']");
    assertThatThrownBy(() -> JsonPathParser.relative(""))
        .hasMessageContaining("write a field's name");
  }

  @Property(tries = 2000)
  void givenAnyNameWhenQuotedThenItIsReadBack(@ForAll String name) throws Exception {
    String printable = name.replaceAll("\\p{Cntrl}", "");

    JsonPath path = JsonPathParser.absolute("$" + JsonPathParser.quoted(printable));

    assertThat(path.isPlain()).isTrue();
    assertThat(path.names()).isEqualTo(printable);
  }

  @Property(tries = 5000)
  void givenAnyTextWhenParsedThenItIsAPathOrRefusedWithAHint(@ForAll List<Character> end) {
    StringBuilder text = new StringBuilder("$");
    end.forEach(c -> text.append(c % 3 == 0 ? ".['?@*]=)-0a\\".charAt(c % 13) : c));
    try {
      assertThat(JsonPathParser.absolute(text.toString()).segments()).isNotEmpty();
    } catch (JsonPathParser.InvalidPathException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
