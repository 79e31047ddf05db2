package io.clickstreamlake.local.stack;

/**
 * The number of events of a run by outcome, each from its own source.
 *
 * @param sent events in records that the stream acknowledged
 * @param received counted by the job before it parsed anything; from the ledger table
 * @param written rows of click_events
 * @param rejected rows of rejected_events
 * @param duplicate counted by the job; from the ledger table
 */
public record Accounting(long sent, long received, long written, long rejected, long duplicate) {

  /** Queries the tables. */
  static Accounting query(StackClient stack, long sent) {
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

  /** Whether every event is accounted for. */
  public boolean balanced() {
    return sent == received && received == written + rejected + duplicate;
  }

  /** The last line of the demo. */
  public String line() {
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
