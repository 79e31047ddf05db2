package io.clickstreamlake;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.enrich.EnrichOperator;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.parse.ParseOperator;
import io.clickstreamlake.tables.LakeSinks;
import io.clickstreamlake.tables.TableColumns;
import javax.annotation.Nullable;

/**
 * The steps that the settings define. Creating them checks everything that the settings refer to:
 * mapping, rules, enrichments, privacy and sinks.
 */
final class JobSteps {

  /** Null if its settings have a problem, as is {@link #sinks}. */
  @Nullable final ParseOperator parse;

  /** Columns of the events; those of the contract if the mapping has a problem. */
  final EventColumns columns;

  final EnrichOperator enrich;

  @Nullable final LakeSinks sinks;

  private JobSteps(JobSettings settings, ValidationErrors problems) {
    parse = problems.collect(() -> ParseOperator.of(settings));
    columns = parse == null ? EventColumns.CONTRACT : parse.columns();
    if (parse != null) {
      problems.collect(() -> TableColumns.check(settings, columns, problems));
    }
    enrich = EnrichOperator.of(settings, columns, problems);
    // A problem of one of its settings is reported already, and would only be repeated here.
    boolean canHaveSinks =
        settings.find(JobOptions.SINK_PATH).isPresent()
            && !problems.concern("sink.")
            && !problems.concern("row-group.");
    sinks =
        canHaveSinks
            ? problems.collect(() -> LakeSinks.of(settings, columns, JobVersion.read()))
            : null;
  }

  /** Creates the steps; adds all errors to {@code problems}. */
  static JobSteps of(JobSettings settings, ValidationErrors problems) {
    return new JobSteps(settings, problems);
  }

  /**
   * Creates the steps.
   *
   * @throws io.clickstreamlake.config.InvalidSettingsException with all errors
   */
  static JobSteps of(JobSettings settings) {
    ValidationErrors problems = new ValidationErrors();
    JobSteps steps = of(settings, problems);
    problems.throwIfAny();
    return steps;
  }
}
