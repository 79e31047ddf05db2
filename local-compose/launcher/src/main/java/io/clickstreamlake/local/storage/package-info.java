/** S3 and the clients of the local endpoints. */
package io.clickstreamlake.local.storage;
