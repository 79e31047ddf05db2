/**
 * Made-up clickstream events of a web shop: for the demo, the tests and the benchmarks.
 *
 * <p>{@link io.clickstreamlake.sample.EventGenerator} is the entry. What is in the events
 * (products, browsers, campaigns, markets) stands in the text files beside this package.
 */
package io.clickstreamlake.sample;
