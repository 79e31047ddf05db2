/** Access to files that the local file system and S3 do not give in the same way. */
package io.clickstreamlake.files;
