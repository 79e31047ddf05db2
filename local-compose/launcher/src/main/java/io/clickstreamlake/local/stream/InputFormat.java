package io.clickstreamlake.local.stream;

/** How a text of events is divided into records. */
public enum InputFormat {
  /**
   * {@link #RECORDS} if the first line is such a record; {@link #VALUES} if it ends within an
   * object or array; otherwise {@link #LINES}.
   */
  AUTO,

  /** Each line that is not blank is one record, unchanged, whether it is valid JSON or not. */
  LINES,

  /**
   * Each JSON object is one record, without the white space between its tokens: pretty-printed, one
   * after the other, or the elements of an array.
   */
  VALUES,

  /**
   * Each line is a record as the Kinesis API has it, such as <code>
   * {"PartitionKey": "a", "Data": "eyJhIjoxfQ=="}</code>: any bytes, in base64.
   */
  RECORDS
}
