/**
 * Erases the rows of persons from the tables, and their records from the raw archive.
 *
 * <p>{@link io.clickstreamlake.erase.Erasure} is the entry point and explains why each erased row
 * is counted once.
 *
 * <pre>
 *   Erasure              one run: list the files, erase in each, post to the ledger, look again
 *     ├─ ErasureFolder   what a run has announced and done; finishes runs that crashed
 *     ├─ FileErasure     one file: find the rows, announce them, rewrite or delete the file
 *     │    ├─ PersonRows which rows belong to the persons
 *     │    │    ├─ PersonIds       their ids as they stand in the tables
 *     │    │    └─ PersonPayloads  whether the bytes of an event are theirs
 *     │    └─ ArchiveErasure  one object of the raw archive
 *     │         └─ TextErasure        its text; Separators: what goes with a record
 *     │              └─ RecordErasure one record; JsonElements: events that are cut out of it
 *     └─ ErasedCounts    entries of the ledger
 * </pre>
 */
package io.clickstreamlake.erase;
