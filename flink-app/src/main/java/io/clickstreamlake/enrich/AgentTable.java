package io.clickstreamlake.enrich;

import io.clickstreamlake.config.JobOptions;
import io.clickstreamlake.config.TextFile;
import io.clickstreamlake.config.ValidationErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The table of known agents that {@code enrich.user-agent.table} names, found by a text in the user
 * agent: those that the analyzer does not know, and the class of each. Immutable.
 */
final class AgentTable {

  private final List<Agent> agents;

  private AgentTable(List<Agent> agents) {
    this.agents = List.copyOf(agents);
  }

  /** A line of the table. */
  static final class Agent {
    private final String text;
    private final boolean atStart;

    final AgentClass agentClass;

    /** Null for an agent that keeps the analyzer's name. */
    final String name;

    private Agent(String text, AgentClass agentClass, String name) {
      this.atStart = text.startsWith("^");
      this.text = (atStart ? text.substring(1) : text).toLowerCase(Locale.ROOT);
      this.agentClass = agentClass;
      this.name = name.isEmpty() ? null : name;
    }

    private boolean isIn(String userAgent) {
      return atStart ? userAgent.startsWith(text) : userAgent.contains(text);
    }

    private boolean equalsLine(Agent other) {
      return atStart == other.atStart
          && text.equals(other.text)
          && agentClass == other.agentClass
          && String.valueOf(name).equals(String.valueOf(other.name));
    }
  }

  /**
   * Reads the table at this location.
   *
   * @param problems receives each invalid line
   */
  static AgentTable read(String location, ValidationErrors problems) {
    List<Agent> agents = new ArrayList<>();
    KnownTable.read(
        JobOptions.ENRICH_USER_AGENT_TABLE.key(),
        location,
        TextFile.AGENTS,
        3,
        "text,class,name with a class of " + AgentClass.names() + " (a bot needs a name)",
        problems,
        fields -> {
          AgentClass agentClass = AgentClass.of(fields.get(1));
          boolean complete = agentClass != null && !(agentClass.isBot() && fields.get(2).isEmpty());
          if (complete) {
            agents.add(new Agent(fields.get(0), agentClass, fields.get(2)));
          }
          return complete && !fields.get(0).equals("^");
        });
    return new AgentTable(agents);
  }

  /** Returns the first agent of the table whose text is in the user agent, or null. */
  Agent find(String userAgent) {
    String lower = userAgent.toLowerCase(Locale.ROOT);
    for (Agent agent : agents) {
      if (agent.isIn(lower)) {
        return agent;
      }
    }
    return null;
  }

  /** Whether the other table has the same lines in the same order. */
  boolean hasLinesOf(AgentTable other) {
    if (agents.size() != other.agents.size()) {
      return false;
    }
    for (int i = 0; i < agents.size(); i++) {
      if (!agents.get(i).equalsLine(other.agents.get(i))) {
        return false;
      }
    }
    return true;
  }
}
