/**
 * The statements that create the tables, written from the contracts in {@code
 * flink-app/src/main/avro}. Views and queries are hand-written files of the module's folder.
 */
package io.clickstreamlake.athena;
