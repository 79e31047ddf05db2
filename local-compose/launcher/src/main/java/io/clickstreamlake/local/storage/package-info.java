/** The buckets, and AWS SDK clients for the local endpoints. Depends on no other package. */
package io.clickstreamlake.local.storage;
