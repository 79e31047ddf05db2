package io.clickstreamlake.check;

import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple4;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/** The operator that checks files; the identities of their rows go to {@link #IDENTITIES}. */
final class CheckFiles extends AbstractStreamOperator<Observation>
    implements OneInputStreamOperator<ListedFile, Observation> {

  private static final long serialVersionUID = 1L;

  /** Both halves of the identity, arrival time, number of the file. */
  static final TypeInformation<Tuple4<Long, Long, Long, Integer>> IDENTITY =
      Types.TUPLE(Types.LONG, Types.LONG, Types.LONG, Types.INT);

  static final OutputTag<Tuple4<Long, Long, Long, Integer>> IDENTITIES =
      new OutputTag<>("identities", IDENTITY);

  /** Names of the accumulators of files and bytes that were checked. */
  static final String FILES = "files";

  static final String BYTES = "bytes";

  private final FileCheck check;

  private transient LongCounter files;
  private transient LongCounter bytes;

  CheckFiles(FileCheck check) {
    this.check = check;
  }

  @Override
  public void open() throws Exception {
    super.open();
    files = new LongCounter();
    bytes = new LongCounter();
    getRuntimeContext().addAccumulator(FILES, files);
    getRuntimeContext().addAccumulator(BYTES, bytes);
  }

  @Override
  public void processElement(StreamRecord<ListedFile> element) {
    ListedFile file = element.getValue();
    check.check(
        file,
        observation -> output.collect(new StreamRecord<>(observation)),
        (high, low, arrival) ->
            output.collect(
                IDENTITIES,
                new StreamRecord<>(Tuple4.of(high, low, arrival, file.number), arrival)));
    files.add(1);
    bytes.add(file.length);
  }
}
