/**
 * Checks the lake: every object, its rows, and the records about them against each other.
 *
 * <pre>
 *   LakeCheck            lists the tables, reads them once, looks again at what has changed
 *     ├─ FileCheck       one file: pages, footer, schema, statistics, partition
 *     ├─ Duplicates      rows with the same identity, over all files
 *     ├─ LedgerCheck     counts of the ledger against each other and against the tables
 *     └─ FindingKind     what can be wrong, and what to do about it
 * </pre>
 */
package io.clickstreamlake.check;
