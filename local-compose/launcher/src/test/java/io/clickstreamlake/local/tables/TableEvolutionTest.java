package io.clickstreamlake.local.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clickstreamlake.local.LakeException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TableEvolutionTest {

  private static final Map<String, String> EXISTING =
      existing("id string", "at timestamp", "n int");

  @Test
  void givenNewColumnsAtTheEndWhenComparedThenTheyAreAddedInOrder() {
    TableEvolution change =
        TableEvolution.of(
            "t",
            EXISTING,
            List.of(
                required("id string"),
                required("at timestamp"),
                optional("n int"),
                optional("a string"),
                custom("b bigint")));

    assertThat(change.problems()).isEmpty();
    assertThat(change.added()).extracting(TableColumn::name).containsExactly("a", "b");
    assertThat(change.kept()).isEmpty();
    assertThat(change.notes())
        .containsExactly(
            "t has new columns: a string, b bigint. Files that exist already have no values for"
                + " them");
  }

  @Test
  void givenAContractColumnThatIsNewBeforeCustomOnesWhenComparedThenItIsAdded() {
    TableEvolution change =
        TableEvolution.of(
            "t",
            existing("id string", "tier string"),
            List.of(required("id string"), optional("n int"), custom("tier string")));

    assertThat(change.problems()).isEmpty();
    assertThat(change.added()).extracting(TableColumn::name).containsExactly("n");
  }

  @Test
  void givenAColumnThatIsNoLongerWrittenWhenComparedThenItIsKept() {
    TableEvolution change =
        TableEvolution.of("t", EXISTING, List.of(required("id string"), required("at timestamp")));

    assertThat(change.problems()).isEmpty();
    assertThat(change.added()).isEmpty();
    assertThat(change.kept()).containsExactly("n");
    assertThat(change.notes()).singleElement().asString().contains("no longer writes: n");
  }

  @Test
  void givenImpossibleChangesWhenComparedThenEachIsRefusedWithTheWayOut() {
    JobTables tables =
        new JobTables(
            Map.of(
                "t",
                List.of(
                    required("id bigint"),
                    optional("middle string"),
                    optional("n int"),
                    required("at timestamp"),
                    required("must string"))));

    assertThatThrownBy(() -> tables.evolve(table -> Optional.of(EXISTING)))
        .isInstanceOf(LakeException.class)
        .hasMessageContaining("t.id: the type cannot change from string to bigint")
        .hasMessageContaining("add a column with another name")
        .hasMessageContaining("t.middle: a new column cannot be in the middle. Move it to the end")
        .hasMessageContaining("t.at: the columns cannot change their order. Move it before n")
        .hasMessageContaining("t.must: a new column cannot be required")
        .hasMessageContaining("\"default\": null")
        .hasMessageContaining("Nothing was changed");
  }

  @Test
  void givenNoTableWhenComparedThenNothingChanges() {
    JobTables tables = new JobTables(Map.of("t", List.of(required("id string"))));

    assertThat(tables.evolve(table -> Optional.empty())).isEmpty();
  }

  private static Map<String, String> existing(String... columns) {
    Map<String, String> types = new LinkedHashMap<>();
    for (String column : columns) {
      types.put(column.split(" ")[0], column.split(" ")[1]);
    }
    return types;
  }

  private static TableColumn required(String column) {
    return column(column, true, false);
  }

  private static TableColumn optional(String column) {
    return column(column, false, false);
  }

  private static TableColumn custom(String column) {
    return column(column, false, true);
  }

  private static TableColumn column(String column, boolean required, boolean custom) {
    return new TableColumn(column.split(" ")[0], column.split(" ")[1], "", required, custom);
  }
}
