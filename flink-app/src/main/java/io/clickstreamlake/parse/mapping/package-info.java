/**
 * The mapping: which JSON paths feed which columns, compiled to a tree of {@link
 * io.clickstreamlake.parse.mapping.PathNode}s, and the conversion of a value's text to its column's
 * type.
 */
package io.clickstreamlake.parse.mapping;
