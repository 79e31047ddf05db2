/**
 * The crawler: finds partitions in S3 that are missing in the catalog. Depends on {@code process}
 * (heartbeat) and {@code storage}.
 */
package io.clickstreamlake.local.crawler;
