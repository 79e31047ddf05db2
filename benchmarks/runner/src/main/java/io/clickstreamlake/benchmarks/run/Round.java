package io.clickstreamlake.benchmarks.run;

import io.clickstreamlake.benchmarks.check.LakeContents;
import java.util.Map;

/**
 * Figures of one round of one peer.
 *
 * @param seconds wall-clock time
 * @param cpuSeconds CPU time of the peer's process tree
 * @param otherCpuSeconds CPU time of all other processes during the round; NaN if unknown
 * @param contents output of the peer
 * @param figures figures that the peer itself reports
 */
public record Round(
    double seconds,
    double cpuSeconds,
    double otherCpuSeconds,
    LakeContents contents,
    Map<String, Long> figures) {}
