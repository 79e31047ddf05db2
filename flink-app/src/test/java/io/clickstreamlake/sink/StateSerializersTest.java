package io.clickstreamlake.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.apache.flink.core.fs.Path;
import org.junit.jupiter.api.Test;

/** Serialization of writer state and committables. */
class StateSerializersTest {

  private static final RollingWriterStateSerializer STATES = new RollingWriterStateSerializer();
  private static final CommittableFileSerializer FILES = new CommittableFileSerializer();
  private static final Lineage LINEAGE = Lineage.fresh("a", List.of()).at(17).branch("b", 17);

  private final InProgressFileState uploaded =
      new InProgressFileState(
          "year=2026/month=11/day=20",
          new Path("s3://lake/click_events/year=2026/month=11/day=20/a.parquet"),
          1_763_640_000_000L,
          123,
          8_388_608,
          0xCAFEL,
          new SerializedRecoverable(2, new byte[] {1, 2, 3}),
          new byte[] {4, 5});
  private final InProgressFileState small =
      new InProgressFileState(
          "", new Path("file:///lake/b.parquet"), 1, 2, 0, 0, null, new byte[70_000]);

  @Test
  void givenAWritersStateWhenSerializedThenDeserializingReturnsIt() throws Exception {
    for (InProgressFileState file : new InProgressFileState[] {uploaded, small, null}) {
      RollingWriterState state = new RollingWriterState("job/table", LINEAGE.at(42), file);

      assertThat(STATES.deserialize(1, STATES.serialize(state))).isEqualTo(state);
    }
  }

  @Test
  void givenACommittableWhenSerializedThenDeserializingReturnsIt() throws Exception {
    CommittableFile file =
        new CommittableFile(
            "job/table",
            LINEAGE,
            41,
            "day=1",
            new Path("s3://lake/t/day=1/a.parquet"),
            5,
            6,
            7,
            new SerializedRecoverable(1, new byte[] {9}));

    assertThat(FILES.deserialize(1, FILES.serialize(file))).isEqualTo(file);
  }

  @Test
  void givenANewerFormatWhenReadThenTheErrorNamesTheReleasesThatCanReadIt() {
    assertThatThrownBy(() -> STATES.deserialize(2, new byte[8]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format 2")
        .hasMessageContaining("reads up to 1");
  }

  @Test
  void givenAnotherOperatorsStateWhenReadThenTheErrorNamesTheCause() throws Exception {
    byte[] committable =
        FILES.serialize(
            new CommittableFile(
                "a",
                LINEAGE,
                0,
                "",
                new Path("file:///a"),
                0,
                0,
                0,
                new SerializedRecoverable(1, new byte[0])));

    assertThatThrownBy(() -> STATES.deserialize(1, committable))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another operator")
        .hasMessageContaining("uid()");
    assertThatThrownBy(() -> STATES.deserialize(1, new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another operator");
  }

  @Test
  void givenUploadedBytesWithoutAResumePointWhenCreatedThenRejected() {
    assertThatThrownBy(
            () -> new InProgressFileState("", new Path("file:///a"), 0, 0, 5, 0, null, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 bytes uploaded");
  }
}
