/**
 * Reads Kinesis Data Streams and delivers {@link io.clickstreamlake.event.SourceRecord}s. The only
 * package that depends on the Kinesis connector.
 */
package io.clickstreamlake.source;
