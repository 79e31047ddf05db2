/** Processes with pid files and logs, ports, and waiting until something answers. */
package io.clickstreamlake.local.process;
