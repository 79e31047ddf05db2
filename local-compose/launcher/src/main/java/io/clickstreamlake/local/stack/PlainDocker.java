package io.clickstreamlake.local.stack;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The commands of a user who has Docker and not {@code ./lake}: a container prints its messages and
 * its help with them. Both are written for {@code ./lake}, which most users have.
 */
public final class PlainDocker {

  private record Replacement(Pattern command, String with) {

    static Replacement of(String command, String with) {
      return new Replacement(Pattern.compile(command), with);
    }
  }

  private static final String RUN = "docker compose run --rm -T lake";

  /** In order: the first ones are special cases of the later ones. */
  private static final List<Replacement> COMMANDS =
      List.of(
          Replacement.of("\\./lake (start|up)( --build)?\\b", "docker compose up$2 --wait"),
          Replacement.of("\\./lake (stop|down)\\b", "docker compose --profile generator down"),
          Replacement.of("\\./lake status\\b", "docker compose ps --all"),
          Replacement.of("\\./lake logs\\b", "docker compose logs"),
          Replacement.of("\\./lake send (\\S+)", RUN + " send - < $1"),
          Replacement.of("\\./lake\\b", RUN));

  private PlainDocker() {}

  /** The text as a user of this process must read it: unchanged outside of a container. */
  public static String asSeenHere(String text) {
    return ContainerEnvironment.of(System.getenv()).isPresent() ? inItsCommands(text) : text;
  }

  /** The text with the commands of Docker in place of those of {@code ./lake}. */
  public static String inItsCommands(String text) {
    String replaced = text;
    for (Replacement replacement : COMMANDS) {
      replaced = replacement.command().matcher(replaced).replaceAll(replacement.with());
    }
    return replaced;
  }
}
