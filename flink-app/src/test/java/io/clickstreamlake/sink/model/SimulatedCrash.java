package io.clickstreamlake.sink.model;

/**
 * A simulated crash of the process. It is an Error, so that no handler of the code under test
 * treats it as a response of the store: a process that crashed runs no handlers.
 */
public final class SimulatedCrash extends Error {

  private static final long serialVersionUID = 1L;

  SimulatedCrash(String call) {
    super("crashed at " + call, null, false, false);
  }
}
