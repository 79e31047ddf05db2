package io.clickstreamlake.benchmarks;

/** A section of the benchmarks, named as on the command line. */
enum Section {
  throughput,
  pipeline,
  columns,
  dedup,
  layout,
  profile
}
