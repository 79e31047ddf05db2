package io.clickstreamlake.parquet;

import java.util.HashSet;
import java.util.Set;
import org.apache.parquet.filter2.predicate.FilterPredicate;
import org.apache.parquet.filter2.predicate.Operators.And;
import org.apache.parquet.filter2.predicate.Operators.Column;
import org.apache.parquet.filter2.predicate.Operators.Contains;
import org.apache.parquet.filter2.predicate.Operators.Eq;
import org.apache.parquet.filter2.predicate.Operators.Gt;
import org.apache.parquet.filter2.predicate.Operators.GtEq;
import org.apache.parquet.filter2.predicate.Operators.In;
import org.apache.parquet.filter2.predicate.Operators.LogicalNotUserDefined;
import org.apache.parquet.filter2.predicate.Operators.Lt;
import org.apache.parquet.filter2.predicate.Operators.LtEq;
import org.apache.parquet.filter2.predicate.Operators.Not;
import org.apache.parquet.filter2.predicate.Operators.NotEq;
import org.apache.parquet.filter2.predicate.Operators.NotIn;
import org.apache.parquet.filter2.predicate.Operators.Or;
import org.apache.parquet.filter2.predicate.Operators.UserDefined;
import org.apache.parquet.filter2.predicate.UserDefinedPredicate;

/** The names of the top-level columns that a filter compares. */
final class FilterColumns implements FilterPredicate.Visitor<Set<String>> {

  private final Set<String> names = new HashSet<>();

  private FilterColumns() {}

  static Set<String> of(FilterPredicate filter) {
    return filter.accept(new FilterColumns());
  }

  private Set<String> add(Column<?> column) {
    names.add(column.getColumnPath().toArray()[0]);
    return names;
  }

  @Override
  public <T extends Comparable<T>> Set<String> visit(Eq<T> filter) {
    return add(filter.getColumn());
  }

  @Override
  public <T extends Comparable<T>> Set<String> visit(NotEq<T> filter) {
    return add(filter.getColumn());
  }

  @Override
  public <T extends Comparable<T>> Set<String> visit(Lt<T> filter) {
    return add(filter.getColumn());
  }

  @Override
  public <T extends Comparable<T>> Set<String> visit(LtEq<T> filter) {
    return add(filter.getColumn());
  }

  @Override
  public <T extends Comparable<T>> Set<String> visit(Gt<T> filter) {
    return add(filter.getColumn());
  }

  @Override
  public <T extends Comparable<T>> Set<String> visit(GtEq<T> filter) {
    return add(filter.getColumn());
  }

  @Override
  public <T extends Comparable<T>> Set<String> visit(In<T> filter) {
    return add(filter.getColumn());
  }

  @Override
  public <T extends Comparable<T>> Set<String> visit(NotIn<T> filter) {
    return add(filter.getColumn());
  }

  @Override
  public <T extends Comparable<T>> Set<String> visit(Contains<T> filter) {
    return add(filter.getColumn());
  }

  @Override
  public Set<String> visit(And filter) {
    filter.getLeft().accept(this);
    return filter.getRight().accept(this);
  }

  @Override
  public Set<String> visit(Or filter) {
    filter.getLeft().accept(this);
    return filter.getRight().accept(this);
  }

  @Override
  public Set<String> visit(Not filter) {
    return filter.getPredicate().accept(this);
  }

  @Override
  public <T extends Comparable<T>, U extends UserDefinedPredicate<T>> Set<String> visit(
      UserDefined<T, U> filter) {
    return add(filter.getColumn());
  }

  @Override
  public <T extends Comparable<T>, U extends UserDefinedPredicate<T>> Set<String> visit(
      LogicalNotUserDefined<T, U> filter) {
    return add(filter.getUserDefined().getColumn());
  }
}
