/** The JobManager of the stack in containers. */
package io.clickstreamlake.local.cluster;
