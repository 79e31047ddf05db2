/** The cost of custom columns. */
package io.clickstreamlake.benchmarks.columns;
