/**
 * Trino as the local Athena, since Athena's engine version 3 is based on Trino. Runs in its own JVM
 * and depends on Trino only.
 */
package io.clickstreamlake.local.engine;
