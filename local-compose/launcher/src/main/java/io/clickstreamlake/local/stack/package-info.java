/**
 * The whole stack: the registry of its services, its start and stop, and its client.
 *
 * <p>{@link io.clickstreamlake.local.stack.Service} defines the services, {@link
 * io.clickstreamlake.local.stack.LocalStack} owns their processes, and {@link
 * io.clickstreamlake.local.stack.StackClient} uses a running stack of processes or containers.
 * Depends on the packages of the single services, and not on {@code cli}, {@code compose} or {@code
 * cost}.
 */
package io.clickstreamlake.local.stack;
