/** The commands of {@code ./lake}. */
package io.clickstreamlake.local.cli;
