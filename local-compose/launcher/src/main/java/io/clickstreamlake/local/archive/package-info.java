/**
 * The raw archive, with the objects of Firehose: gzip, one record per line as received, in the
 * folder of the hour of arrival.
 *
 * <pre>
 * shard ─▶ buffer ─▶ object under raw/ ─▶ position
 *                 └▶ object under raw-errors/ if S3 refuses the first one
 * </pre>
 *
 * <p>No record is lost: the position of a shard moves past a record only after the object with the
 * record is stored, and a child shard is read only after its parents were read to their end. After
 * a kill the process reads again what it had read but not stored, so a record may occur twice.
 *
 * <p>Depends on {@code process} (heartbeat) and {@code storage}.
 */
package io.clickstreamlake.local.archive;
