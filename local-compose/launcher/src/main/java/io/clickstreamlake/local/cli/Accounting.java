package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.stack.LocalStack;

/**
 * The five numbers of a run, each from a source of its own.
 *
 * @param sent events of records that the stream acknowledged
 * @param received counted by the job before it parsed anything; from the ledger table
 * @param written rows of click_events
 * @param rejected rows of rejected_events
 * @param duplicate counted by the job; from the ledger table
 */
record Accounting(long sent, long received, long written, long rejected, long duplicate) {

  /** Asks the tables. */
  static Accounting ask(LocalStack stack, long sent) {
    return new Accounting(
        sent,
        stack.query(ledger("received")).singleLong(),
        stack.query("SELECT count(*) FROM click_events").singleLong(),
        stack.query("SELECT count(*) FROM rejected_events").singleLong(),
        stack.query(ledger("duplicate")).singleLong());
  }

  private static String ledger(String outcome) {
    return "SELECT coalesce(sum(events), 0) FROM ledger WHERE outcome = '" + outcome + "'";
  }

  boolean balanced() {
    return sent == received && received == written + rejected + duplicate;
  }

  String line() {
    return "accounted: sent="
        + sent
        + " received="
        + received
        + " written="
        + written
        + " rejected="
        + rejected
        + " duplicate="
        + duplicate;
  }
}
