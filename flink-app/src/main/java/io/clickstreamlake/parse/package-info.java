/**
 * Parses the bytes of a record into events.
 *
 * <pre>
 *   ParseOperator         Flink operator: emits events and rejections, counts received events
 *     └─ RecordReader     one record: decompression, then text
 *          ├─ Expander         gzip and zlib members, also after plain text
 *          ├─ EventSplitter    text to JSON objects; recovers after damaged values
 *          ├─ EventReader      one pass over one object, by the mapping, into an EventDraft
 *          ├─ EventAssembler   EventDraft to a row: defaults, types, required columns, time
 *          └─ RecordSpans      the proof that every byte belongs to an event or a rejection
 * </pre>
 */
package io.clickstreamlake.parse;
