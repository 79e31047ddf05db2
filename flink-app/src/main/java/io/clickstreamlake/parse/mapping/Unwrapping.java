package io.clickstreamlake.parse.mapping;

import java.util.List;
import java.util.Set;

/**
 * The way from a record to its events, from the section {@code unwrap} of a mapping: steps in their
 * order, each of which is skipped where its path is absent or its condition does not hold.
 *
 * <pre>
 *   - {header: confluent}                             cut off the record's header; or glue
 *   - {decode: base64}                                decode the record
 *   - {at: $.Message, decode: json, when: {…}}        decode a field, in its place
 *   - {at: $.data, decode: [base64, gzip, json]}      several codecs, one after the other
 *   - {events: $.batch, keep: {sent: $.sentAt}}       the events; kept fields are $envelope.sent
 *   - {control: {$.Type: [SubscriptionConfirmation]}} holds no event; tombstone: empty or null
 *   - {include: aws}                                  the steps of a mapping in the jar
 * </pre>
 *
 * Immutable.
 */
public final class Unwrapping {

  /** A header that producers of a schema registry put before each record. */
  public enum Header {
    /** A zero and the four bytes of the schema's number. */
    CONFLUENT,
    /** The version 3, the kind of compression, and the 16 bytes of the schema's UUID. */
    GLUE
  }

  /** A step that applies to the bytes of a record: one of both. */
  public static final class RecordStep {
    public final Header header;
    public final Codec codec;

    RecordStep(Header header, Codec codec) {
      this.header = header;
      this.codec = codec;
    }
  }

  /** Steps that apply to the bytes of a record, before it is split into values. */
  public final List<RecordStep> recordSteps;

  /** Steps that apply to each value. */
  public final List<UnwrapStage> stages;

  /**
   * The paths of each stage and of all after it: a value that a stage does not change is walked
   * only once. The slots of the feeds are the numbers of the captures.
   */
  public final List<PathNode> walks;

  /** Number of captures. */
  public final int captures;

  /** Whether a record that is empty or null is a message of the transport, and no event. */
  public final boolean skipsTombstones;

  /** Names of the fields of envelopes that some step keeps. */
  public final Set<String> keptNames;

  Unwrapping(
      List<RecordStep> recordSteps,
      List<UnwrapStage> stages,
      List<PathNode> walks,
      int captures,
      boolean skipsTombstones,
      Set<String> keptNames) {
    this.walks = List.copyOf(walks);
    this.captures = captures;
    this.recordSteps = List.copyOf(recordSteps);
    this.stages = List.copyOf(stages);
    this.skipsTombstones = skipsTombstones;
    this.keptNames = Set.copyOf(keptNames);
  }
}
