package io.clickstreamlake.benchmarks.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Clock of the CPU time, user and system, of a process and all its descendants.
 *
 * <p>On Linux from {@code /proc/PID/stat} (proc(5), fields 14 to 17), whose {@code cutime} and
 * {@code cstime} include children that have ended and were waited for; resolution 10 ms. Elsewhere
 * from the JDK, which excludes ended children.
 */
public final class CpuClock {

  /** {@code sysconf(_SC_CLK_TCK)} is 100 on every Linux that Java runs on. */
  private static final double TICKS_A_SECOND = 100;

  private CpuClock() {}

  /** Seconds of CPU time that the process and its descendants have used so far. */
  public static double seconds(ProcessHandle process) {
    try (Stream<ProcessHandle> tree = Stream.concat(Stream.of(process), process.descendants())) {
      return tree.mapToDouble(CpuClock::ownSeconds).sum();
    }
  }

  /** Seconds of CPU time of all processes of the machine; NaN where this is unknown. */
  public static double machineSeconds() {
    Path stat = Path.of("/proc/stat");
    if (!Files.isReadable(stat)) {
      return Double.NaN;
    }
    try {
      // cpu user nice system idle iowait irq softirq steal …
      String[] ticks = Files.readAllLines(stat).get(0).trim().split(" +");
      return (Long.parseLong(ticks[1])
              + Long.parseLong(ticks[2])
              + Long.parseLong(ticks[3])
              + Long.parseLong(ticks[6])
              + Long.parseLong(ticks[7]))
          / TICKS_A_SECOND;
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  private static double ownSeconds(ProcessHandle process) {
    Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
    if (!Files.isReadable(stat)) {
      return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1000.0;
    }
    try {
      String line = Files.readString(stat);
      // The second field is the program's name in parentheses, which can contain any character.
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
      long ticks = 0;
      for (int field = 14; field <= 17; field++) {
        ticks += Long.parseLong(fields[field - 3]);
      }
      return ticks / TICKS_A_SECOND;
    } catch (IOException e) {
      // It has ended since; its parent's fields now include its time.
      return 0;
    }
  }
}
