// A table of the job, in the steps of "Add a table" in CONTRIBUTING.md.
const JOB = "flink-app/src/main/java/io/clickstreamlake";

const SINK = `    written
        .filter(event -> "purchase".equals(event.getEventType()))
        .name("purchases only")
        .map(
            event ->
                new Purchase(
                    event.getEventId(),
                    event.getEventTime(),
                    event.getOrderId(),
                    event.getCurrency(),
                    event.getRevenue()))
        .returns(Purchase.class)
        .name("purchase row")
        .sinkTo(sinks.of(LakeTable.PURCHASES))
        .name("purchases")
        .uid("purchases")
        .setParallelism(1);
`;

const IMPORT = "import io.clickstreamlake.event.Purchase;\n";

export const steps = {
  contract: {files: ["flink-app/src/main/avro/purchase.avsc"]},
  constant: {
    edits: [
      {
        file: `${JOB}/tables/LakeTable.java`,
        pattern: /(import io\.clickstreamlake\.event\.LedgerEntry;\n)/,
        replacement: `$1${IMPORT}`,
      },
      {
        file: `${JOB}/tables/LakeTable.java`,
        pattern: /(\n  public static final LakeTable<LedgerEntry> LEDGER = [^;]*;\n)/,
        replacement: "$1  public static final LakeTable<Purchase> PURCHASES = of(Purchase.class);\n",
      },
    ],
  },
  list: {
    edits: [{file: `${JOB}/tables/LakeTable.java`, pattern: /( ALL =\s+List\.of\([^)]*)\)/, replacement: "$1, PURCHASES)"}],
  },
  sink: {
    edits: [
      {
        file: `${JOB}/ClickstreamJob.java`,
        pattern: /(import io\.clickstreamlake\.event\.ParsedEvent;\n)/,
        replacement: `$1${IMPORT}`,
      },
      {file: `${JOB}/ClickstreamJob.java`, pattern: /(\n)( {4}ledger\s*\.sinkTo\()/, replacement: (_, line, ledger) => line + SINK + ledger},
    ],
  },
  readme: {
    edits: [
      {
        file: "athena/README.md",
        pattern: /(\n\| `ledger` \| [^\n]*\n)/,
        replacement: "$1| `purchases` | one purchase | `year`, `month`, `day` of `event_time` | Parquet |\n",
      },
    ],
  },
};
