/**
 * The records that flow between the steps: what a source delivers, a parsed event, a rejection, and
 * the rows generated from the Avro contracts. This package depends on no other.
 */
package io.clickstreamlake.event;
