package io.clickstreamlake.benchmarks;

/** What can be measured; named as it is typed. */
enum Section {
  throughput,
  pipeline,
  dedup,
  layout,
  profile
}
