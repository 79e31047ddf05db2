package io.clickstreamlake.local.catalog;

/** An error of Glue; the AWS SDKs map its type to an exception class. */
final class GlueError extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String type;

  private GlueError(String type, String message) {
    super(message);
    this.type = type;
  }

  static GlueError notFound(String what, String name) {
    return new GlueError("EntityNotFoundException", what + " " + name + " not found.");
  }

  static GlueError alreadyExists(String what, String name) {
    return new GlueError("AlreadyExistsException", what + " " + name + " already exists.");
  }

  static GlueError invalidInput(String message) {
    return new GlueError("InvalidInputException", message);
  }

  String type() {
    return type;
  }
}
