package io.clickstreamlake.event;

import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** The Flink type information of events, which selects their custom serializer. Immutable. */
public final class ClickEventTypeInfo extends TypeInformation<ClickEvent> {

  private static final long serialVersionUID = 1L;

  private final EventColumns columns;

  public ClickEventTypeInfo(EventColumns columns) {
    this.columns = columns;
  }

  @Override
  public TypeSerializer<ClickEvent> createSerializer(SerializerConfig config) {
    return new ClickEventSerializer(columns);
  }

  @Override
  public TypeSerializer<ClickEvent> createSerializer(ExecutionConfig config) {
    return new ClickEventSerializer(columns);
  }

  @Override
  public Class<ClickEvent> getTypeClass() {
    return ClickEvent.class;
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof ClickEventTypeInfo;
  }

  @Override
  public boolean equals(Object other) {
    return canEqual(other) && columns == ((ClickEventTypeInfo) other).columns;
  }

  @Override
  public int hashCode() {
    return columns.hashCode();
  }

  @Override
  public String toString() {
    return "ClickEvent";
  }
}
