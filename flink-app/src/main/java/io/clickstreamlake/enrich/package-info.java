/**
 * Adds columns to a parsed event with each {@link io.clickstreamlake.enrich.Enrichment} in the
 * order of {@code enrich.chain}; then applies the quality rules and the privacy rules.
 */
package io.clickstreamlake.enrich;
