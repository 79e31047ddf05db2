/** Drafts of mappings, from samples of events. */
package io.clickstreamlake.local.suggest;
