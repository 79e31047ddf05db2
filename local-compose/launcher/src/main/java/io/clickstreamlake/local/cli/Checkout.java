package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import java.nio.file.Path;

/** The checkout of the project. */
class Checkout {

  /** Root of the checkout, from the system property that the script {@code lake} sets. */
  Path root() {
    String root = System.getProperty("lake.root");
    if (root == null) {
      throw new LakeException("lake.root is not set; start this program with ./lake.");
    }
    return Path.of(root);
  }

  /** The default state folder. */
  final Path defaultState() {
    return root().resolve(".lake");
  }
}
