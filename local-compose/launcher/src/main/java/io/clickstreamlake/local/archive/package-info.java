/**
 * The raw archive, as Firehose writes it: gzip, one record a line as received, in the folder of the
 * hour of arrival.
 *
 * <pre>
 * shard ─▶ buffer ─▶ object under raw/ ─▶ position
 *                 └▶ object under raw-errors/ if S3 refuses the first one
 * </pre>
 *
 * <p>Why no record is missing: a shard's position moves past a record only after the object that
 * holds it is stored, and a child shard is read only after its parents have been read to their end.
 * What was read but not stored when the process died is read again, so a record may be there twice.
 */
package io.clickstreamlake.local.archive;
