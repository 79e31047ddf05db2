package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The text of events that a command reads.
 *
 * @param argument path of a file, or {@code -} for standard input
 */
record InputText(String argument) {

  /** The name of the text in messages. */
  String name() {
    return isStandardInput() ? "standard input" : argument;
  }

  /**
   * @throws LakeException if it is not a file that can be read
   */
  InputStream open() {
    if (isStandardInput()) {
      return System.in;
    }
    Path file = Path.of(argument);
    if (Files.isDirectory(file)) {
      throw new LakeException(argument + " is a directory. Name a file of events, or - instead.");
    }
    try {
      return Files.newInputStream(file);
    } catch (NoSuchFileException e) {
      throw new LakeException("The file " + argument + " does not exist.", e);
    } catch (AccessDeniedException e) {
      throw new LakeException("The file " + argument + " may not be read by this user.", e);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Whether it is a file, and neither a pipe nor standard input. */
  boolean canBeReadTwice() {
    return !isStandardInput() && Files.isRegularFile(Path.of(argument));
  }

  LakeException unreadable(IOException cause) {
    return new LakeException(name() + " cannot be read: " + cause.getMessage(), cause);
  }

  LakeException empty() {
    return new LakeException(name() + " has no events: it is empty.");
  }

  private boolean isStandardInput() {
    return argument.equals("-");
  }
}
