/** An in-memory object store that behaves like S3, with injected faults. */
package io.clickstreamlake.sink.model;
