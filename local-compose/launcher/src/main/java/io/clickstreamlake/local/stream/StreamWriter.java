package io.clickstreamlake.local.stream;

import java.util.List;

/** The operation {@code PutRecords} of a stream. */
@FunctionalInterface
interface StreamWriter {

  /**
   * @param records 1 to 500 records, up to 5 MiB
   * @return for each record, in order, its error code, or null if the stream acknowledged it
   */
  List<String> put(List<StreamRecord> records);
}
