/**
 * The records that flow between the steps: source records, parsed events, rejections, and the rows
 * generated from the Avro contracts. This package depends on no other.
 */
package io.clickstreamlake.event;
