package io.clickstreamlake.local.stack;

import java.util.Objects;

/**
 * The addresses of the machine, or of the container, that a process runs on.
 *
 * @param bind IP address that the process listens on
 * @param advertised host name or IP address under which the other processes reach it
 */
record HostAddress(String bind, String advertised) {

  static final HostAddress LOOPBACK = new HostAddress("127.0.0.1", "127.0.0.1");

  HostAddress {
    Objects.requireNonNull(bind, "bind");
    Objects.requireNonNull(advertised, "advertised");
  }
}
