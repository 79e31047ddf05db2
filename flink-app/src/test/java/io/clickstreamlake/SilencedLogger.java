package io.clickstreamlake;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Turns a logger off for a class of tests whose faults are logged with thousands of stack traces,
 * and removes its level afterwards: with a level of its own, a later test that reads the log would
 * miss its lines.
 */
public final class SilencedLogger implements BeforeAllCallback, AfterAllCallback {

  private final String name;

  public SilencedLogger(String name) {
    this.name = name;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    LoggerContext logging = LoggerContext.getContext(false);
    logging.getConfiguration().addLogger(name, new LoggerConfig(name, Level.OFF, true));
    logging.updateLoggers();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    LoggerContext logging = LoggerContext.getContext(false);
    logging.getConfiguration().removeLogger(name);
    logging.updateLoggers();
  }
}
