package io.clickstreamlake.local.cluster;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.client.deployment.application.ApplicationClusterEntryPoint;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.client.program.ProgramInvocationException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.runtime.entrypoint.ClusterEntrypoint;
import org.apache.flink.runtime.resourcemanager.StandaloneResourceManagerFactory;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.runtime.util.JvmShutdownSafeguard;
import org.apache.flink.runtime.util.SignalHandler;

/**
 * A JobManager in application mode: it runs the main method of one jar and ends with its job.
 *
 * <p>Flink's class for this is in flink-container, which is only part of a whole distribution; this
 * one consists of the same parts.
 */
public final class JobClusterEntryPoint extends ApplicationClusterEntryPoint {

  private JobClusterEntryPoint(Configuration configuration, PackagedProgram program) {
    super(configuration, program, StandaloneResourceManagerFactory.getInstance());
  }

  /**
   * @param args {@code --configDir FOLDER --jar FILE --job-class NAME -- ARGUMENTS OF THE JOB}
   */
  public static void main(String[] args) throws ProgramInvocationException {
    List<String> words = Arrays.asList(args);
    EnvironmentInformation.logEnvironmentInfo(LOG, "JobManager of one job", args);
    SignalHandler.register(LOG);
    JvmShutdownSafeguard.installAsShutdownHook(LOG);

    Configuration configuration =
        GlobalConfiguration.loadConfiguration(value(words, "--configDir"));
    PackagedProgram program =
        PackagedProgram.newBuilder()
            .setJarFile(Path.of(value(words, "--jar")).toFile())
            .setEntryPointClassName(value(words, "--job-class"))
            .setConfiguration(configuration)
            .setArguments(
                words.subList(words.indexOf("--") + 1, words.size()).toArray(String[]::new))
            .build();
    try {
      configureExecution(configuration, program);
    } catch (Exception e) {
      throw new IllegalArgumentException("Cannot run the job's jar: " + e.getMessage(), e);
    }
    ClusterEntrypoint.runClusterEntrypoint(new JobClusterEntryPoint(configuration, program));
  }

  private static String value(List<String> words, String name) {
    int at = words.indexOf(name);
    if (at < 0 || at + 1 >= words.size() || words.indexOf("--") < at) {
      throw new IllegalArgumentException(
          "usage: JobClusterEntryPoint --configDir FOLDER --jar FILE --job-class NAME --"
              + " ARGUMENTS; missing: "
              + name);
    }
    return words.get(at + 1);
  }
}
