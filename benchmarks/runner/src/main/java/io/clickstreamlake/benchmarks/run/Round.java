package io.clickstreamlake.benchmarks.run;

import io.clickstreamlake.benchmarks.check.LakeContents;
import java.util.Map;

/**
 * One round of one peer.
 *
 * @param seconds by the wall clock
 * @param cpuSeconds of the peer's process tree
 * @param otherCpuSeconds of everything else on the machine meanwhile; NaN where nothing tells
 * @param contents what the peer wrote
 * @param figures what the peer says itself
 */
public record Round(
    double seconds,
    double cpuSeconds,
    double otherCpuSeconds,
    LakeContents contents,
    Map<String, Long> figures) {}
