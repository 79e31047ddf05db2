/** The stack in containers, as the machine sees it that runs them. */
package io.clickstreamlake.local.compose;
