/** Sends events into a Kinesis stream. */
package io.clickstreamlake.local.stream;
