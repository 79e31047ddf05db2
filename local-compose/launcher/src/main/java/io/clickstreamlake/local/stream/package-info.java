/** Sends events to a Kinesis stream. Depends on {@code storage}. */
package io.clickstreamlake.local.stream;
