/**
 * Trial of a mapping and of other settings: the steps of the job between source and de-duplication,
 * over records of a file, without Flink.
 */
package io.clickstreamlake.trial;
