package io.clickstreamlake.sample;

import java.util.Arrays;

/**
 * The open visits by the time of their next step: a binary heap whose keys are in one array, which
 * a search passes over without a jump to each visit.
 */
final class VisitQueue {

  private long[] due = new long[64];
  private Visit[] visits = new Visit[64];
  private int size;

  /** Time of the earliest step; {@link Long#MAX_VALUE} if there is no visit. */
  long earliest() {
    return size == 0 ? Long.MAX_VALUE : due[0];
  }

  void add(long time, Visit visit) {
    if (size == due.length) {
      due = Arrays.copyOf(due, size * 2);
      visits = Arrays.copyOf(visits, size * 2);
    }
    int at = size++;
    while (at > 0 && due[(at - 1) / 2] > time) {
      move((at - 1) / 2, at);
      at = (at - 1) / 2;
    }
    put(at, time, visit);
  }

  /** Removes the visit with the earliest step. */
  Visit remove() {
    Visit earliest = visits[0];
    long time = due[--size];
    Visit last = visits[size];
    visits[size] = null;
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && due[child + 1] < due[child]) {
        child++;
      }
      if (due[child] >= time) {
        break;
      }
      move(child, at);
      at = child;
    }
    if (size > 0) {
      put(at, time, last);
    }
    return earliest;
  }

  private void move(int from, int to) {
    put(to, due[from], visits[from]);
  }

  private void put(int at, long time, Visit visit) {
    due[at] = time;
    visits[at] = visit;
  }
}
