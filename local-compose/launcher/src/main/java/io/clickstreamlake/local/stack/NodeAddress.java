package io.clickstreamlake.local.stack;

import java.util.Objects;

/**
 * Where the processes of one machine, or of one container, are found.
 *
 * @param bind address that they listen at
 * @param own name or address under which the other parts of the stack reach them
 */
record NodeAddress(String bind, String own) {

  static final NodeAddress LOOPBACK = new NodeAddress("127.0.0.1", "127.0.0.1");

  NodeAddress {
    Objects.requireNonNull(bind, "bind");
    Objects.requireNonNull(own, "own");
  }
}
