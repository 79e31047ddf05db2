package io.clickstreamlake.local.archive;

import java.time.Instant;

/**
 * A record of the stream.
 *
 * @param data the bytes that the producer put
 * @param arrival when the stream received them
 */
record ArchiveRecord(String sequenceNumber, Instant arrival, byte[] data) {}
