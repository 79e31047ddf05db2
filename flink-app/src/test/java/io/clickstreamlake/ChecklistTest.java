package io.clickstreamlake;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ColumnTypes;
import io.clickstreamlake.tables.LakeTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.api.Test;

/**
 * Keeps the checklists of CONTRIBUTING.md true: each test fails with the list of what is missing.
 */
class ChecklistTest {

  private static final Path ROOT = Path.of("..");

  private static final String ENRICHMENT = "io.clickstreamlake.enrich.Enrichment";

  private static final JavaClasses JOB =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.clickstreamlake");

  /** Steps that fill columns, besides the enrichments. */
  private static final Set<String> STEPS =
      Set.of("producer", "source", "parse", "quality", "privacy");

  @Test
  void givenTheContractWhenReadThenEachColumnIsDocumentedAndFilledByAKnownStep() {
    Set<String> known = new HashSet<>(STEPS);
    known.addAll(JobOptions.ENRICH_CHAIN.defaultValue());
    List<String> missing = new ArrayList<>();
    for (Schema.Field column : columns()) {
      if (column.doc() == null || column.doc().isBlank()) {
        missing.add(column.name() + ": doc");
      }
      if (filledBy(column).isEmpty()) {
        missing.add(column.name() + ": filledBy");
      }
      filledBy(column).stream()
          .filter(step -> !known.contains(step))
          .forEach(step -> missing.add(column.name() + ": filledBy names '" + step + "', no step"));
    }
    assertThat(missing).as("click_event.avsc; see CONTRIBUTING.md, Add a column").isEmpty();
  }

  @Test
  void givenColumnsOfProducersWhenTheDefaultMappingIsReadThenOnlyEnrichmentsFillTheOthers()
      throws IOException {
    String mapping =
        Files.readString(ROOT.resolve("flink-app/src/main/resources/mappings/default.yaml"));
    Set<String> mapped =
        Pattern.compile("(?m)^ *(\\w+):")
            .matcher(mapping)
            .results()
            .map(name -> name.group(1))
            .collect(Collectors.toSet());

    assertThat(columns())
        .filteredOn(column -> filledBy(column).equals(List.of("producer")))
        .extracting(Schema.Field::name)
        .filteredOn(name -> !mapped.contains(name))
        .as("columns that nothing fills: no path in default.yaml, and no other step in filledBy")
        .isEmpty();
  }

  @Test
  void givenAnEnrichmentWhenTheChainIsReadThenItHasAName() {
    Set<String> created =
        JOB.get(ENRICHMENT + "s").getConstructorCallsFromSelf().stream()
            .map(call -> call.getTargetOwner().getName())
            .collect(Collectors.toSet());

    assertThat(JOB.get(ENRICHMENT).getAllSubclasses())
        .isNotEmpty()
        .extracting(JavaClass::getName)
        .filteredOn(enrichment -> !created.contains(enrichment))
        .as("enrichments that no name of enrich.chain creates; add a line to Enrichments")
        .isEmpty();
  }

  @Test
  void givenTheDefaultChainWhenTheContractIsReadThenEachEnrichmentFillsAColumn() {
    Set<String> filling =
        columns().stream().flatMap(column -> filledBy(column).stream()).collect(Collectors.toSet());

    assertThat(JobOptions.ENRICH_CHAIN.defaultValue())
        .filteredOn(name -> !filling.contains(name))
        .as("enrichments that are in filledBy of no column of click_event.avsc")
        .isEmpty();
  }

  @Test
  void givenASettingWhenTheJobIsReadThenSomethingUsesIt() throws IllegalAccessException {
    Set<String> used =
        JOB.get(JobOptions.class).getFieldAccessesToSelf().stream()
            .filter(access -> !access.getOriginOwner().isEquivalentTo(JobOptions.class))
            .map(JavaFieldAccess::getTarget)
            .map(field -> field.getName())
            .collect(Collectors.toSet());
    List<String> unused = new ArrayList<>();
    for (var field : JobOptions.class.getFields()) {
      if (field.getType() == ConfigOption.class && !used.contains(field.getName())) {
        unused.add(((ConfigOption<?>) field.get(null)).key());
      }
    }
    assertThat(used).isNotEmpty();
    assertThat(unused).as("settings of JobOptions that no other class reads").isEmpty();
  }

  @Test
  void givenAContractWhenAthenaIsReadThenItHasADdlAndARowInTheReadme() throws IOException {
    String statements = "";
    for (Path statement : files("athena/ddl", ".sql")) {
      statements += Files.readString(statement);
    }
    String readme = Files.readString(ROOT.resolve("athena/README.md"));
    List<String> missing = new ArrayList<>();
    for (String folder : List.of("flink-app/src/main/avro", "athena/contracts")) {
      for (Path contract : files(folder, ".avsc")) {
        if (!statements.contains(folder + "/" + contract.getFileName())) {
          missing.add(contract.getFileName() + ": no file of athena/ddl is generated from it");
        }
      }
    }
    Pattern.compile("EXISTS clickstream\\.(\\w+)")
        .matcher(statements)
        .results()
        .map(table -> table.group(1))
        .filter(table -> !readme.contains("| `" + table + "` |"))
        .forEach(table -> missing.add(table + ": no row in the tables of athena/README.md"));
    assertThat(missing).as("see CONTRIBUTING.md, Add a table").isEmpty();
  }

  @Test
  void givenATableWhenTheJobIsReadThenASinkWritesIt() {
    Set<String> connected =
        JOB.get(LakeTable.class).getFieldAccessesToSelf().stream()
            .filter(access -> access.getOriginOwner().isEquivalentTo(ClickstreamJob.class))
            .map(access -> access.getTarget().getName())
            .collect(Collectors.toSet());

    assertThat(LakeTable.class.getFields())
        .extracting(field -> field.getName())
        .filteredOn(table -> !connected.contains(table))
        .as("tables of LakeTable that no sink writes; connect them in ClickstreamJob")
        .isEmpty();
  }

  /** The columns of click_events, and of the records in them. */
  private static List<Schema.Field> columns() {
    return ClickEvent.getClassSchema().getFields().stream()
        .flatMap(column -> Stream.concat(Stream.of(column), nested(column).stream()))
        .toList();
  }

  private static List<Schema.Field> nested(Schema.Field column) {
    Schema type = ColumnTypes.withoutNull(column.schema());
    return type.getType() == Schema.Type.ARRAY
            && type.getElementType().getType() == Schema.Type.RECORD
        ? type.getElementType().getFields()
        : List.of();
  }

  private static List<String> filledBy(Schema.Field column) {
    return column.getObjectProp("filledBy") instanceof Collection<?> steps
        ? steps.stream().map(Object::toString).toList()
        : List.of();
  }

  private static List<Path> files(String folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }
}
