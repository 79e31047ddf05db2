/** Finds the partitions that lie in S3 and are not in the catalog yet. */
package io.clickstreamlake.local.crawler;
