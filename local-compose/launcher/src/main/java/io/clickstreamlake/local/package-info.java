/**
 * The {@code lake} program: the whole pipeline on one machine, every part a process that speaks the
 * real protocol.
 *
 * <pre>
 * lake ─▶ Kinesalite ─┬▶ Flink JobManager, TaskManager ─▶ S3Proxy ◀─ Trino ◀─ lake sql
 *                     └▶ archive, as Firehose ───────────▶  ▲           │
 *                                                     crawler in the Glue stand-in
 * </pre>
 */
package io.clickstreamlake.local;
