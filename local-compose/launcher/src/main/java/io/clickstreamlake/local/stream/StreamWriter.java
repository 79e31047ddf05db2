package io.clickstreamlake.local.stream;

import java.util.List;

/** One {@code PutRecords}. */
@FunctionalInterface
interface StreamWriter {

  /**
   * @param records 1 to 500 of them, 5 MiB at most
   * @return for each record, in order, the code of its error, or null if the stream acknowledged it
   */
  List<String> put(List<StreamRecord> records);
}
