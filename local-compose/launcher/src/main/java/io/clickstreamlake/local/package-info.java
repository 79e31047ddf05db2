/**
 * The program {@code lake}: the whole pipeline on one machine. Every service is a process, and all
 * of them communicate by the protocols of AWS.
 *
 * <pre>
 * lake ─▶ Kinesalite ─┬▶ Flink JobManager, TaskManager ─▶ S3Proxy ◀─ Trino ◀─ lake sql
 *                     └▶ archive (Firehose) ─────────────▶  ▲           │
 *                                                  crawler in the Glue stand-in
 * </pre>
 *
 * <p>This package has what all others use: the user-correctable error, polling, backoff. It depends
 * on no other package of the program. {@code ArchitectureTest} checks the dependencies of all
 * packages:
 *
 * <pre>
 * cli ─▶ compose ─▶ stack ─┬▶ archive, catalog, crawler, query, flink, stream ─▶ storage
 *  └───▶ cost              └▶ process
 * </pre>
 */
package io.clickstreamlake.local;
