package io.clickstreamlake.erase;

import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.enrich.EnrichOperator;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.parse.ParseOperator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Erasures that run in the thread of a test, one file after another. */
public final class TestErasure {

  private TestErasure() {}

  /**
   * @param lake folder of the tables
   * @param users values of user_id
   */
  public static Erasure of(String lake, String... users) {
    return of(lake, persons(lake, users), Duration.ZERO);
  }

  static Erasure of(String lake, PersonRows persons, Duration silence) {
    return of(lake, persons, RawArchive.NONE, silence);
  }

  static Erasure of(String lake, PersonRows persons, RawArchive archive, Duration silence) {
    return new Erasure(
        settings(lake, Map.of()),
        persons,
        archive,
        "1",
        (files, step) -> {
          List<FileResult> results = new ArrayList<>();
          for (TableFile file : files) {
            step.apply(file).ifPresent(results::add);
          }
          return results;
        },
        Clock.fixed(Instant.parse("2025-11-25T12:00:00Z"), ZoneOffset.UTC),
        silence);
  }

  static Erasure of(String lake, RawArchive archive, Map<String, String> more, String... users) {
    return of(lake, persons(lake, more, users), archive, Duration.ZERO);
  }

  static PersonRows persons(String lake, String... users) {
    return persons(lake, Map.of(), users);
  }

  /**
   * @param more settings of the job
   */
  static PersonRows persons(String lake, Map<String, String> more, String... users) {
    JobSettings settings = settings(lake, more);
    ValidationErrors problems = new ValidationErrors();
    return new PersonRows(
        PersonIds.of(List.of(users), List.of(), settings, EventColumns.CONTRACT),
        ParseOperator.of(settings),
        EnrichOperator.of(settings, EventColumns.CONTRACT, problems));
  }

  private static JobSettings settings(String lake, Map<String, String> more) {
    Map<String, String> texts = new HashMap<>(more);
    texts.put("source.stream", "s");
    texts.put("source.region", "us-east-1");
    texts.put("sink.path", lake);
    texts.put("enrich.chain", "page");
    return JobSettings.of(texts);
  }
}
