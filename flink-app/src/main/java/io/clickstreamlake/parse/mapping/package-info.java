/**
 * The mapping: which JSON paths feed which columns, compiled to a tree of {@link
 * io.clickstreamlake.parse.mapping.PathNode}s, and how the text of a value becomes a value of its
 * column's type.
 */
package io.clickstreamlake.parse.mapping;
