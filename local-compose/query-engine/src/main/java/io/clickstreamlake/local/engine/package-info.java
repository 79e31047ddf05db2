/** Trino as the local Athena: engine version 3 of Athena is Trino. Runs in a JVM of its own. */
package io.clickstreamlake.local.engine;
