// An enrichment with its column, in the steps of "Add an enrichment" in CONTRIBUTING.md.
const JOB = "flink-app/src/main/java/io/clickstreamlake";
const TESTS = "flink-app/src/test/java/io/clickstreamlake";

const COLUMN = `{"name": "weekday", "type": ["null", "int"], "default": null, "doc": "Day of the week of event_time, UTC: 1 is \
Monday, 7 is Sunday.", "filledBy": ["weekday"]}`;

export const steps = {
  implementation: {files: [`${JOB}/enrich/WeekdayEnrichment.java`]},
  name: {
    edits: [
      {
        file: `${JOB}/enrich/Enrichments.java`,
        pattern: /\n( +)default:\n/,
        replacement: '\n$1case "weekday":\n$1  return Optional.of(new WeekdayEnrichment());\n$1default:\n',
      },
      {file: `${JOB}/enrich/Enrichments.java`, pattern: /(choose from [^"]*)"/, replacement: '$1, weekday"'},
    ],
  },
  chain: {
    edits: [
      {
        file: `${JOB}/config/JobOptions.java`,
        pattern: /(key\("enrich\.chain"\)[^;]*?\.defaultValues\([^)]*)\)/,
        replacement: '$1, "weekday")',
      },
    ],
  },
  "test-of-the-chain": {
    edits: [
      {
        file: `${TESTS}/config/JobSettingsTest.java`,
        pattern: /(ENRICH_CHAIN\)\)\s*\.containsExactly\([^)]*)\)/,
        replacement: '$1, "weekday")',
      },
    ],
  },
  column: {
    edits: [
      {
        file: "flink-app/src/main/avro/click_event.avsc",
        pattern: /\}\s*\]\s*\}\s*$/,
        replacement: () => `},\n\n    ${COLUMN}\n  ]\n}\n`,
      },
    ],
  },
  test: {files: [`${TESTS}/enrich/WeekdayEnrichmentTest.java`]},
};
