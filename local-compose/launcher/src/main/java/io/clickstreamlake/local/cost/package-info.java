/**
 * The monthly cost of the system on AWS: {@code lake cost}. Unit prices are inputs, never code.
 * Depends on no other package.
 */
package io.clickstreamlake.local.cost;
