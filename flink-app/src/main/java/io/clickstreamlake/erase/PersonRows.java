package io.clickstreamlake.erase;

import io.clickstreamlake.enrich.EnrichOperator;
import io.clickstreamlake.enrich.EventChain;
import io.clickstreamlake.event.Origin;
import io.clickstreamlake.parquet.AvroRowReader;
import io.clickstreamlake.parse.ParseOperator;
import io.clickstreamlake.tables.LakeTable;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import javax.annotation.Nullable;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.filter2.predicate.FilterPredicate;

/** Which rows of the tables belong to the persons. Immutable. */
public final class PersonRows implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final String USER_ID = "user_id";
  private static final String ANONYMOUS_ID = "anonymous_id";

  /** Names of the columns from which the ledger is derived; both tables have the first two. */
  static final String ARRIVAL_TIME = "arrival_time";

  static final String STREAM = "stream";
  static final String REASON = "reason";
  static final String IS_LATE = "is_late";

  private final PersonIds ids;
  private final ParseOperator parse;
  private final EnrichOperator enrich;

  /**
   * @param parse step of the job, with its mapping
   * @param enrich step of the job, with its privacy settings
   */
  public PersonRows(PersonIds ids, ParseOperator parse, EnrichOperator enrich) {
    this.ids = ids;
    this.parse = parse;
    this.enrich = enrich;
  }

  /** The columns that decide, those that the ledger needs, and as far as possible only the rows. */
  <T extends SpecificRecordBase & SpecificRecord> AvroRowReader.Query<T> query(LakeTable<T> table) {
    AvroRowReader.Query<T> all = AvroRowReader.of(table.type());
    if (table.type() == LakeTable.REJECTED_EVENTS.type()) {
      return all;
    }
    return all.columns(List.of(USER_ID, ANONYMOUS_ID, ARRIVAL_TIME, STREAM, IS_LATE))
        .where(either(isOneOf(USER_ID, ids.users()), isOneOf(ANONYMOUS_ID, ids.anonymous())));
  }

  @Nullable
  private static FilterPredicate isOneOf(String column, Collection<String> values) {
    return values.isEmpty() ? null : AvroRowReader.isOneOf(column, values);
  }

  private static FilterPredicate either(
      @Nullable FilterPredicate one, @Nullable FilterPredicate other) {
    return one == null ? other : other == null ? one : FilterApi.or(one, other);
  }

  /** Decides by the columns of the query. Not thread-safe. */
  Predicate<IndexedRecord> matcher(LakeTable<?> table) {
    return table.type() == LakeTable.REJECTED_EVENTS.type() ? rejected() : this::isOfPerson;
  }

  private boolean isOfPerson(IndexedRecord row) {
    return ids.contain(get(row, USER_ID), get(row, ANONYMOUS_ID));
  }

  /** Reads payloads as the job does. Not thread-safe. */
  PersonPayloads payloads() {
    EventChain chain = enrich.newChain();
    try {
      chain.open(new UnregisteredMetricsGroup());
    } catch (Exception e) {
      throw new IllegalStateException("The enrichments cannot be opened.", e);
    }
    return new PersonPayloads(ids, parse.newReader(), chain);
  }

  private Predicate<IndexedRecord> rejected() {
    PersonPayloads payloads = payloads();
    return row -> {
      ByteBuffer payload = ((ByteBuffer) get(row, "payload")).duplicate();
      byte[] bytes = new byte[payload.remaining()];
      payload.get(bytes);
      return bytes.length > 0
          && payloads.belongToPerson(
              bytes,
              new Origin(text(row, STREAM), text(row, "shard_id"), text(row, "sequence_number")),
              (Instant) get(row, ARRIVAL_TIME));
    };
  }

  /** The value of a column, or null if the row has none or has no such column. */
  @Nullable
  static Object get(IndexedRecord row, String column) {
    Schema.Field field = row.getSchema().getField(column);
    return field == null ? null : row.get(field.pos());
  }

  static String text(IndexedRecord row, String column) {
    return String.valueOf(get(row, column));
  }

  /** The tables with rows of persons. */
  static List<LakeTable<?>> tables() {
    return List.of(LakeTable.CLICK_EVENTS, LakeTable.REJECTED_EVENTS);
  }
}
