/** An object store in memory that behaves as S3 and fails on command. */
package io.clickstreamlake.sink.model;
