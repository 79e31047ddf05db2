/**
 * Generated clickstream events of a web shop, for the demo, the tests and the benchmarks; and the
 * aggregation format of the Kinesis Producer Library.
 *
 * <p>{@link io.clickstreamlake.sample.EventGenerator} is the entry point. The content of the events
 * (products, browsers, campaigns, markets) is in text files next to this package. Depends on no
 * other module.
 */
package io.clickstreamlake.sample;
