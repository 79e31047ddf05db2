package io.clickstreamlake.benchmarks;

/** A section of the benchmarks, named as on the command line. */
enum Section {
  throughput,
  pipeline,
  batch,
  columns,
  dedup,
  layout,
  profile
}
