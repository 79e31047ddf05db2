package io.clickstreamlake.local.process;

import java.util.Objects;
import java.util.Optional;

/**
 * The request for the port of a service.
 *
 * @param preferred used if it is free, otherwise any free port; 0 for no preference
 * @param required a port that the user chose; no other port is used
 */
public record PortRequest(int preferred, Optional<Integer> required) {

  /** Any free port. */
  public static final PortRequest ANY = new PortRequest(0, Optional.empty());

  public PortRequest {
    Objects.requireNonNull(required, "required");
  }
}
