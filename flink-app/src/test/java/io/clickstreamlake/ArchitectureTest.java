package io.clickstreamlake;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Data flows one way: source, parse, enrich, dedup, sink; no step knows its neighbours. */
@AnalyzeClasses(
    packages = "io.clickstreamlake",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule STEPS_KNOW_ONLY_THE_RECORDS =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("job")
          .definedBy("io.clickstreamlake")
          .layer("source")
          .definedBy("..source..")
          .layer("parse")
          .definedBy("..parse..")
          .layer("enrich")
          .definedBy("..enrich..")
          .layer("quality")
          .definedBy("..quality..")
          .layer("privacy")
          .definedBy("..privacy..")
          .layer("dedup")
          .definedBy("..dedup..")
          .layer("sink")
          .definedBy("..sink..")
          .layer("ledger")
          .definedBy("..ledger..")
          .layer("config")
          .definedBy("..config..")
          .layer("event")
          .definedBy("..event..")
          .whereLayer("job")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("source")
          .mayOnlyBeAccessedByLayers("job")
          .whereLayer("parse")
          .mayOnlyBeAccessedByLayers("job")
          .whereLayer("enrich")
          .mayOnlyBeAccessedByLayers("job")
          .whereLayer("quality")
          .mayOnlyBeAccessedByLayers("enrich")
          .whereLayer("privacy")
          .mayOnlyBeAccessedByLayers("enrich")
          .whereLayer("dedup")
          .mayOnlyBeAccessedByLayers("job")
          .whereLayer("sink")
          .mayOnlyBeAccessedByLayers("job")
          .whereLayer("ledger")
          .mayOnlyBeAccessedByLayers("job", "parse", "enrich", "dedup")
          .whereLayer("event")
          .mayNotAccessAnyLayer();

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
