/**
 * The mapping of JSON paths to columns, compiled to a tree of {@link
 * io.clickstreamlake.parse.mapping.PathNode}s, and the conversion of a value's text to its column's
 * type.
 */
package io.clickstreamlake.parse.mapping;
