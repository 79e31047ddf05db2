/** The whole stack: what it is made of, how it starts, how it ends. */
package io.clickstreamlake.local.stack;
