package io.clickstreamlake.batch;

import io.clickstreamlake.dedup.EventIdentity;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ClickEventTypeInfo;
import io.clickstreamlake.event.EventColumns;
import io.clickstreamlake.event.RejectedEvent;
import io.clickstreamlake.event.Rejection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.api.java.typeutils.EitherTypeInfo;
import org.apache.flink.types.Either;

/**
 * What a batch compares: an event or a rejection that the tables may lack, or the mark of one that
 * they have. All with the same digest are compared with each other.
 *
 * <pre>
 *   f0  int64  first half of the digest, the key of the stream
 *   f1  int64  second half
 *   f2         the event; or the rejection, whose reason is null for a mark
 * </pre>
 */
final class Candidate {

  /** Stands for a row that is in a table. */
  private static final Rejection IN_TABLE = new Rejection();

  private Candidate() {}

  static TypeInformation<Tuple3<Long, Long, Either<ClickEvent, Rejection>>> type(
      EventColumns columns) {
    return Types.TUPLE(
        Types.LONG,
        Types.LONG,
        new EitherTypeInfo<>(new ClickEventTypeInfo(columns), TypeInformation.of(Rejection.class)));
  }

  static boolean isInTable(Tuple3<Long, Long, Either<ClickEvent, Rejection>> candidate) {
    return candidate.f2.isRight() && candidate.f2.right().reason == null;
  }

  /** Computes digests, for one thread. */
  static final class Digester {

    private final EventIdentity.Digester events;
    private final MessageDigest rejections;
    private final boolean byPlace;

    Digester(Sameness sameness) {
      events = sameness.identity.digester();
      byPlace = sameness.byPlace;
      try {
        rejections = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }

    Tuple3<Long, Long, Either<ClickEvent, Rejection>> of(ClickEvent event) {
      digest(event);
      return Tuple3.of(events.high(), events.low(), Either.Left(event));
    }

    Tuple3<Long, Long, Either<ClickEvent, Rejection>> of(Rejection rejection) {
      return rejected(
          rejection.origin.source,
          rejection.origin.partition,
          rejection.origin.position,
          rejection.position,
          ByteBuffer.wrap(rejection.payload),
          rejection);
    }

    Tuple3<Long, Long, Either<ClickEvent, Rejection>> inTable(ClickEvent row) {
      digest(row);
      return Tuple3.of(events.high(), events.low(), Either.Right(IN_TABLE));
    }

    private void digest(ClickEvent event) {
      if (byPlace) {
        events.digest(event);
      } else {
        events.digestAnywhere(event);
      }
    }

    Tuple3<Long, Long, Either<ClickEvent, Rejection>> inTable(RejectedEvent row) {
      return rejected(
          row.getStream(),
          row.getShardId(),
          row.getSequenceNumber(),
          row.getPosition(),
          row.getPayload().duplicate(),
          IN_TABLE);
    }

    private Tuple3<Long, Long, Either<ClickEvent, Rejection>> rejected(
        String source,
        String partition,
        String place,
        int position,
        ByteBuffer payload,
        Rejection value) {
      if (byPlace) {
        rejections.update(
            String.join("\n", source, partition, place, Integer.toString(position), "")
                .getBytes(StandardCharsets.UTF_8));
      }
      rejections.update(payload);
      ByteBuffer digest = ByteBuffer.wrap(rejections.digest());
      return Tuple3.of(digest.getLong(), digest.getLong(), Either.Right(value));
    }
  }
}
