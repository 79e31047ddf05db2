package io.clickstreamlake.batch;

import io.clickstreamlake.dedup.EventIdentity;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.Rejection;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.types.Either;

/** The steps that compute the digests of events and of rejections. */
public final class Digests {

  private Digests() {}

  /** The type of what is compared. */
  public static TypeInformation<Tuple3<Long, Long, Either<ClickEvent, Rejection>>> type(
      EventColumns columns) {
    return Candidate.type(columns);
  }

  /** The step for events. */
  public static final class OfEvents
      extends RichMapFunction<ClickEvent, Tuple3<Long, Long, Either<ClickEvent, Rejection>>> {

    private static final long serialVersionUID = 1L;

    private final EventIdentity identity;
    private transient Candidate.Digester digester;

    public OfEvents(EventIdentity identity) {
      this.identity = identity;
    }

    @Override
    public void open(OpenContext context) {
      digester = new Candidate.Digester(identity);
    }

    @Override
    public Tuple3<Long, Long, Either<ClickEvent, Rejection>> map(ClickEvent event) {
      return digester.of(event);
    }
  }

  /** The step for rejections. */
  public static final class OfRejections
      extends RichMapFunction<Rejection, Tuple3<Long, Long, Either<ClickEvent, Rejection>>> {

    private static final long serialVersionUID = 1L;

    private final EventIdentity identity;
    private transient Candidate.Digester digester;

    public OfRejections(EventIdentity identity) {
      this.identity = identity;
    }

    @Override
    public void open(OpenContext context) {
      digester = new Candidate.Digester(identity);
    }

    @Override
    public Tuple3<Long, Long, Either<ClickEvent, Rejection>> map(Rejection rejection) {
      return digester.of(rejection);
    }
  }
}
