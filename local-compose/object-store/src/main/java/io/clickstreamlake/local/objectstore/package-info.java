/** S3Proxy as the local S3. Runs in its own JVM and depends on S3Proxy only. */
package io.clickstreamlake.local.objectstore;
