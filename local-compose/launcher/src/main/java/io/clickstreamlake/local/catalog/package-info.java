/** The stand-in for the AWS Glue Data Catalog: Glue's JSON protocol over a file. */
package io.clickstreamlake.local.catalog;
