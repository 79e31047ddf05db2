/**
 * Operating system processes: pid files, logs, ports, and checks whether a process is ready.
 * Depends on no other package.
 */
package io.clickstreamlake.local.process;
