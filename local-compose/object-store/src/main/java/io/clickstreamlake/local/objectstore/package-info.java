/** S3Proxy as the local S3. Runs in a JVM of its own. */
package io.clickstreamlake.local.objectstore;
