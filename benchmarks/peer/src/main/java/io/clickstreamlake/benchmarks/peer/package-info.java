/** The protocol between the benchmarked programs and their runner. Has no dependencies. */
package io.clickstreamlake.benchmarks.peer;
