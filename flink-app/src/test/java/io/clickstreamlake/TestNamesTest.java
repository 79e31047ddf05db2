package io.clickstreamlake;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Tests have one style of names: {@code givenXWhenYThenZ}, or {@code whenYThenZ}. */
@AnalyzeClasses(
    packages = "io.clickstreamlake",
    importOptions = ImportOption.OnlyIncludeTests.class)
class TestNamesTest {

  @ArchTest
  static final ArchRule TESTS_ARE_NAMED_BY_WHAT_HAPPENS =
      methods()
          .that()
          .areAnnotatedWith(Test.class)
          .or()
          .areAnnotatedWith(ParameterizedTest.class)
          .or()
          .areAnnotatedWith(Property.class)
          .should()
          .haveNameMatching("(given|when)[A-Za-z0-9]*Then[A-Za-z0-9]+");
}
