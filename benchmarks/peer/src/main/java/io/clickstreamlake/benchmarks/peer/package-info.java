/** What the benchmarked programs and their runner share. Depends on nothing. */
package io.clickstreamlake.benchmarks.peer;
