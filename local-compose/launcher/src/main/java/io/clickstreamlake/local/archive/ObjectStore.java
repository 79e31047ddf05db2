package io.clickstreamlake.local.archive;

/** Where objects are put. */
@FunctionalInterface
interface ObjectStore {

  /**
   * Stores an object, or replaces it.
   *
   * @throws RefusedException if the store answered and does not take the object
   * @throws RuntimeException if the store did not answer, or could not do it now
   */
  void put(String key, byte[] content);

  /** The store will not take an object, now or ever. */
  final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String code;

    RefusedException(String code, String message, Throwable cause) {
      super(message, cause);
      this.code = code;
    }

    /** As the store calls the reason, such as {@code AccessDenied}. */
    String code() {
      return code;
    }
  }
}
