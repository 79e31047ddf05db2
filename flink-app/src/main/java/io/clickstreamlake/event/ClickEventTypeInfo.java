package io.clickstreamlake.event;

import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** The Flink type information of events, which selects their custom serializer. Stateless. */
public final class ClickEventTypeInfo extends TypeInformation<ClickEvent> {

  private static final long serialVersionUID = 1L;

  @Override
  public TypeSerializer<ClickEvent> createSerializer(SerializerConfig config) {
    return ClickEventSerializer.INSTANCE;
  }

  @Override
  public TypeSerializer<ClickEvent> createSerializer(ExecutionConfig config) {
    return ClickEventSerializer.INSTANCE;
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
    return canEqual(other);
  }

  @Override
  public int hashCode() {
    return ClickEventTypeInfo.class.hashCode();
  }

  @Override
  public String toString() {
    return "ClickEvent";
  }
}
