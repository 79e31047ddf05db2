/**
 * The steps of a batch besides those of the job: it adds to the tables what they do not have yet.
 */
package io.clickstreamlake.batch;
