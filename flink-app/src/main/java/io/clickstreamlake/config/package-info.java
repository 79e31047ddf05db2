/**
 * Settings of the job: the list of options, their validation, and the files that they refer to.
 * Depends on {@code event} for the columns that settings may name.
 */
package io.clickstreamlake.config;
