/** The Flink cluster: its configuration and its REST interface. */
package io.clickstreamlake.local.flink;
