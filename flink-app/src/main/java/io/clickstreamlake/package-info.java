/**
 * The Flink job: writes Kinesis records to hourly-rolled Parquet, exactly once and accounted for.
 */
package io.clickstreamlake;
