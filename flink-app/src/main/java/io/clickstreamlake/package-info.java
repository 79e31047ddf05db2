/** The Flink job: Kinesis records to hour-rolled Parquet, exactly once and accounted for. */
package io.clickstreamlake;
