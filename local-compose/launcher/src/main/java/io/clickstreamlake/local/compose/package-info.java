/**
 * The stack in containers, seen from the machine that runs them. Depends on {@code stack} for the
 * services and their endpoints.
 */
package io.clickstreamlake.local.compose;
