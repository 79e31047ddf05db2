/** What the system costs on AWS a month: {@code lake cost}. Unit prices are inputs, never code. */
package io.clickstreamlake.local.cost;
