/**
 * SQL with the semantics of Athena: Hive DDL on the Data Catalog, every other statement unchanged
 * on Trino. Depends on {@code crawler}, for MSCK REPAIR TABLE.
 */
package io.clickstreamlake.local.query;
