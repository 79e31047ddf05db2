/**
 * The records that flow between the steps: what a source delivers, a parsed event, a rejection, and
 * the rows generated from the Avro contracts. Depends on no other package.
 */
package io.clickstreamlake.event;
