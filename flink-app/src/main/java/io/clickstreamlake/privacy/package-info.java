/**
 * Removes personal data from a row before it leaves the task: fields are dropped, hashed or
 * truncated, and texts are redacted as the attribute {@code redact} of their column says.
 */
package io.clickstreamlake.privacy;
