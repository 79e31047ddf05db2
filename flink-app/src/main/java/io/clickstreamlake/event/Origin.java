package io.clickstreamlake.event;

/**
 * The position in a stream that a record was read from. Together with an index in the record it
 * permanently identifies an event: a second read of the same record has the same origin.
 *
 * <p>A Flink POJO: public fields and a constructor without arguments keep it off Kryo.
 */
public final class Origin {

  /** What is read as one source: a Kinesis stream. The column {@code stream}. */
  public String source;

  /** The part of the source that is read in order: a shard. The column {@code shard_id}. */
  public String partition;

  /** Place in the partition: a sequence number. The column {@code sequence_number}. */
  public String position;

  public Origin() {}

  public Origin(String source, String partition, String position) {
    this.source = source;
    this.partition = partition;
    this.position = position;
  }
}
