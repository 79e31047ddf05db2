/**
 * The Flink cluster: its configuration, its REST API, its snapshots on disk. Depends on no other
 * package.
 */
package io.clickstreamlake.local.flink;
