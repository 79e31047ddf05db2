package io.clickstreamlake.sink.model;

/**
 * The process ends here. An Error, so that no handler of the code under test takes it for an answer
 * of the store: a process that crashed runs no handler.
 */
public final class SimulatedCrash extends Error {

  private static final long serialVersionUID = 1L;

  SimulatedCrash(String call) {
    super("crashed at " + call, null, false, false);
  }
}
