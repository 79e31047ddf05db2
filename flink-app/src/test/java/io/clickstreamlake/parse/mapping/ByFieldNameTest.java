package io.clickstreamlake.parse.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByFieldNameTest {

  private final ByFieldName<Integer> values = new ByFieldName<>();

  @Test
  void givenEqualNamesInDifferentInstancesWhenLookedUpThenBothFindTheValue() {
    values.put("price", 1);

    assertThat(values.get("price")).isEqualTo(1);
    assertThat(values.get(new String("price"))).isEqualTo(1);
    assertThat(values.get("price")).isEqualTo(1);
  }

  @Test
  void givenAnAbsentNameWhenItIsPutThenItIsFound() {
    assertThat(values.get("price")).isNull();
    values.put("price", 1);
    assertThat(values.get("price")).isEqualTo(1);

    assertThat(values.get("name")).isNull();
    assertThat(values.computeIfAbsent("name", name -> 2)).isEqualTo(2);
    assertThat(values.get("name")).isEqualTo(2);
    assertThat(values.size()).isEqualTo(2);
  }

  @Test
  void givenMoreNamesThanTheCacheHoldsWhenLookedUpRepeatedlyThenEachFindsItsValue() {
    for (int i = 0; i < 500; i++) {
      values.put("field" + i, i);
    }

    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 500; i++) {
        assertThat(values.get("field" + i)).isEqualTo(i);
        assertThat(values.get("other" + i)).isNull();
      }
    }
  }
}
