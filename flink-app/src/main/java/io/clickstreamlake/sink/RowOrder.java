package io.clickstreamlake.sink;

import java.io.Serializable;
import java.util.Comparator;

/**
 * The order of rows inside a row group. Rows that a query asks for together should lie together:
 * then whole pages are skipped.
 *
 * @param <T> the rows
 */
@FunctionalInterface
public interface RowOrder<T> extends Comparator<T>, Serializable {}
