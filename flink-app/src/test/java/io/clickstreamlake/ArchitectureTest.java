package io.clickstreamlake;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Which package may use which.
 *
 * <pre>
 *   job ──▶ source, parse, enrich, dedup, tables ──▶ event, config
 *   job ──▶ history ──▶ config
 *   job ──▶ check ──▶ dedup, tables, sink, parquet
 *   job ──▶ erase ──▶ source, parse, enrich, privacy, tables, sink, parquet
 *   job ──▶ replay ──▶ parse, enrich, tables, sink, parquet
 *           parse ─▶ parse.mapping       parse, enrich, dedup, job ─▶ ledger
 *           enrich ─▶ quality, privacy   tables ─▶ sink ─▶ parquet
 * </pre>
 */
@AnalyzeClasses(
    packages = "io.clickstreamlake",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule EACH_PACKAGE_USES_ONLY_THOSE_BELOW =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .ensureAllClassesAreContainedInArchitectureIgnoring("..sample..")
          .layer("job")
          .definedBy("io.clickstreamlake")
          .layer("source")
          .definedBy("..source..")
          .layer("parse")
          .definedBy("..clickstreamlake.parse")
          .layer("mapping")
          .definedBy("..parse.mapping..")
          .layer("enrich")
          .definedBy("..enrich..")
          .layer("quality")
          .definedBy("..quality..")
          .layer("privacy")
          .definedBy("..privacy..")
          .layer("trial")
          .definedBy("..trial..")
          .layer("batch")
          .definedBy("..clickstreamlake.batch..")
          .layer("dedup")
          .definedBy("..dedup..")
          .layer("tables")
          .definedBy("..tables..")
          .layer("sink")
          .definedBy("..clickstreamlake.sink..")
          .layer("parquet")
          .definedBy("io.clickstreamlake.parquet..")
          .layer("ledger")
          .definedBy("..ledger..")
          .layer("history")
          .definedBy("..history..")
          .layer("config")
          .definedBy("..config..")
          .layer("event")
          .definedBy("..event..")
          .layer("files")
          .definedBy("..files..")
          .layer("erase")
          .definedBy("..erase..")
          .layer("check")
          .definedBy("..clickstreamlake.check..")
          .layer("replay")
          .definedBy("..replay..")
          .whereLayer("job")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("erase")
          .mayOnlyBeAccessedByLayers("job")
          .whereLayer("check")
          .mayOnlyBeAccessedByLayers("job")
          .whereLayer("replay")
          .mayOnlyBeAccessedByLayers("job")
          .whereLayer("source")
          .mayOnlyBeAccessedByLayers("job", "erase")
          .whereLayer("trial")
          .mayOnlyBeAccessedByLayers("job")
          .whereLayer("parse")
          .mayOnlyBeAccessedByLayers("job", "trial", "erase", "replay")
          .whereLayer("mapping")
          .mayOnlyBeAccessedByLayers("parse")
          .whereLayer("enrich")
          .mayOnlyBeAccessedByLayers("job", "trial", "erase", "replay")
          .whereLayer("quality")
          .mayOnlyBeAccessedByLayers("enrich")
          .whereLayer("privacy")
          .mayOnlyBeAccessedByLayers("enrich", "erase")
          .whereLayer("batch")
          .mayOnlyBeAccessedByLayers("job")
          .whereLayer("dedup")
          .mayOnlyBeAccessedByLayers("job", "trial", "batch", "check")
          .whereLayer("tables")
          .mayOnlyBeAccessedByLayers("job", "erase", "check", "replay")
          .whereLayer("sink")
          .mayOnlyBeAccessedByLayers("job", "tables", "erase", "check", "replay")
          .whereLayer("parquet")
          .mayOnlyBeAccessedByLayers("sink", "tables", "erase", "batch", "check", "replay")
          .whereLayer("history")
          .mayOnlyBeAccessedByLayers("job")
          .whereLayer("history")
          .mayOnlyAccessLayers("config", "files")
          .whereLayer("ledger")
          .mayOnlyBeAccessedByLayers("job", "parse", "enrich", "dedup", "batch", "replay")
          .whereLayer("parquet")
          .mayNotAccessAnyLayer()
          .whereLayer("sink")
          .mayOnlyAccessLayers("parquet", "files")
          .whereLayer("files")
          .mayOnlyBeAccessedByLayers(
              "source", "sink", "history", "erase", "batch", "check", "replay")
          .whereLayer("files")
          .mayNotAccessAnyLayer()
          .whereLayer("event")
          .mayNotAccessAnyLayer();

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.clickstreamlake.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ENCODING_KNOWS_NOTHING_OF_FLINK =
      noClasses()
          .that()
          .resideInAPackage("io.clickstreamlake.parquet..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.flink..");

  @ArchTest
  static final ArchRule NO_PACKAGE_IS_A_DRAWER =
      noClasses()
          .should()
          .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..manager..");

  @ArchTest
  static final ArchRule ONLY_THE_SOURCE_KNOWS_THE_CONNECTOR =
      noClasses()
          .that()
          .resideOutsideOfPackage("..source..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.flink.streaming.connectors.kinesis..");
}
