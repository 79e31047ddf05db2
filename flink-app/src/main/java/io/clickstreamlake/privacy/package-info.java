/**
 * Removes personal data from a row before it leaves the task: fields are dropped, hashed or
 * truncated, and texts are redacted according to the attribute {@code redact} of their column.
 */
package io.clickstreamlake.privacy;
