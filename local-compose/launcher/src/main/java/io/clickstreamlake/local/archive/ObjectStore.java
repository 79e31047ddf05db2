package io.clickstreamlake.local.archive;

/** The store of the archive's objects. */
@FunctionalInterface
interface ObjectStore {

  /**
   * Stores an object, or replaces it.
   *
   * @throws RefusedException if the store refuses the object
   * @throws RuntimeException if the store did not answer, or cannot store the object now
   */
  void put(String key, byte[] content);

  /** The store refuses an object permanently. */
  final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    RefusedException(String code, String message, Throwable cause) {
      super(message, cause);
      this.code = code;
    }

    /** Error code of the store, such as {@code AccessDenied}. */
    String code() {
      return code;
    }
  }
}
