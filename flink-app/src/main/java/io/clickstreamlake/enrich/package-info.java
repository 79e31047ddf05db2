/**
 * Adds columns to a parsed event, one {@link io.clickstreamlake.enrich.Enrichment} after the other
 * as {@code enrich.chain} lists them; then applies the quality rules and the privacy rules.
 */
package io.clickstreamlake.enrich;
