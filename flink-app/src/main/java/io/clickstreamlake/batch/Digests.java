package io.clickstreamlake.batch;

import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.Rejection;
import java.io.Serializable;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.types.Either;

/**
 * The step that computes the digests of what the tables may lack.
 *
 * @param <T> type of what is compared
 */
public final class Digests<T>
    extends RichMapFunction<T, Tuple3<Long, Long, Either<ClickEvent, Rejection>>> {

  private static final long serialVersionUID = 1L;

  private final Sameness sameness;
  private final Method<T> method;
  private transient Candidate.Digester digester;

  /** The method of the digester for this type. */
  private interface Method<T> extends Serializable {
    Tuple3<Long, Long, Either<ClickEvent, Rejection>> of(Candidate.Digester digester, T value);
  }

  private Digests(Sameness sameness, Method<T> method) {
    this.sameness = sameness;
    this.method = method;
  }

  /** The step for events. */
  public static Digests<ClickEvent> ofEvents(Sameness sameness) {
    return new Digests<>(sameness, Candidate.Digester::of);
  }

  /** The step for rejections. */
  public static Digests<Rejection> ofRejections(Sameness sameness) {
    return new Digests<>(sameness, Candidate.Digester::of);
  }

  /** The type of what is compared. */
  public static TypeInformation<Tuple3<Long, Long, Either<ClickEvent, Rejection>>> type(
      EventColumns columns) {
    return Candidate.type(columns);
  }

  @Override
  public void open(OpenContext context) {
    digester = new Candidate.Digester(sameness);
  }

  @Override
  public Tuple3<Long, Long, Either<ClickEvent, Rejection>> map(T value) {
    return method.of(digester, value);
  }
}
