/** The JobManager of the stack in containers. Runs in Flink's JVM and depends on Flink only. */
package io.clickstreamlake.local.cluster;
