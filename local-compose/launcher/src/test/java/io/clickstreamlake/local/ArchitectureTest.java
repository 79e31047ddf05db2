package io.clickstreamlake.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The dependencies between the packages of the launcher, which each package-info documents. */
@AnalyzeClasses(
    packages = "io.clickstreamlake.local",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule PACKAGES_DEPEND_DOWNWARDS_ONLY =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .ensureAllClassesAreContainedInArchitectureIgnoring("io.clickstreamlake.local")
          .layer("cli")
          .definedBy("..local.cli")
          .layer("compose")
          .definedBy("..local.compose")
          .layer("cost")
          .definedBy("..local.cost")
          .layer("suggest")
          .definedBy("..local.suggest")
          .layer("stack")
          .definedBy("..local.stack")
          .layer("archive")
          .definedBy("..local.archive")
          .layer("catalog")
          .definedBy("..local.catalog")
          .layer("crawler")
          .definedBy("..local.crawler")
          .layer("query")
          .definedBy("..local.query")
          .layer("flink")
          .definedBy("..local.flink")
          .layer("stream")
          .definedBy("..local.stream")
          .layer("process")
          .definedBy("..local.process")
          .layer("storage")
          .definedBy("..local.storage")
          .layer("tables")
          .definedBy("..local.tables")
          .whereLayer("cli")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("compose")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("cost")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("suggest")
          .mayOnlyBeAccessedByLayers("cli")
          .whereLayer("suggest")
          .mayOnlyAccessLayers("stream")
          .whereLayer("stack")
          .mayOnlyBeAccessedByLayers("cli", "compose")
          .whereLayer("archive")
          .mayOnlyBeAccessedByLayers("cli", "stack")
          .whereLayer("catalog")
          .mayOnlyBeAccessedByLayers("stack")
          .whereLayer("crawler")
          .mayOnlyBeAccessedByLayers("cli", "stack", "catalog", "query")
          .whereLayer("query")
          .mayOnlyBeAccessedByLayers("cli", "stack")
          .whereLayer("flink")
          .mayOnlyBeAccessedByLayers("cli", "stack")
          .whereLayer("stream")
          .mayOnlyBeAccessedByLayers("cli", "stack", "suggest")
          .whereLayer("tables")
          .mayOnlyBeAccessedByLayers("cli", "stack", "query")
          .whereLayer("cost")
          .mayNotAccessAnyLayer()
          .whereLayer("flink")
          .mayNotAccessAnyLayer()
          .whereLayer("process")
          .mayNotAccessAnyLayer()
          .whereLayer("storage")
          .mayNotAccessAnyLayer()
          .whereLayer("tables")
          .mayNotAccessAnyLayer();

  @ArchTest
  static final ArchRule THE_ROOT_DEPENDS_ON_NO_PACKAGE =
      noClasses()
          .that()
          .resideInAPackage("io.clickstreamlake.local")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.clickstreamlake.local.*..");

  @ArchTest
  static final ArchRule PACKAGES_HAVE_SPECIFIC_NAMES =
      noClasses()
          .should()
          .resideInAnyPackage("..util..", "..utils..", "..common..", "..helper..", "..manager..");
}
