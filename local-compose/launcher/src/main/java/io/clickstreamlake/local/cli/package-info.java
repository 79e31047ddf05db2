/** The commands of {@code ./lake}. May depend on every other package; none depends on it. */
package io.clickstreamlake.local.cli;
