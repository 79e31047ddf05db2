/**
 * SQL as Athena takes it: Hive DDL goes to the Data Catalog, everything else goes to Trino as it
 * is.
 */
package io.clickstreamlake.local.query;
