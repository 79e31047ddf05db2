/**
 * The stand-in for the AWS Glue Data Catalog: Glue's JSON protocol on top of a file.
 *
 * <p>Depends on {@code crawler}, which its process may run, and on {@code storage}.
 */
package io.clickstreamlake.local.catalog;
