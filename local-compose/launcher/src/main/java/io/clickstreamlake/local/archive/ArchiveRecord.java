package io.clickstreamlake.local.archive;

import java.time.Instant;

/**
 * A record of the stream, as the archive stores it.
 *
 * @param data bytes that the producer sent
 * @param arrival time at which the stream received them
 */
record ArchiveRecord(String sequenceNumber, Instant arrival, byte[] data) {}
