package io.clickstreamlake.local.cli;

import io.clickstreamlake.local.LakeException;
import java.nio.file.Path;

/** Where the project lies. */
class Checkout {

  /** The checkout, which the launcher script tells. */
  Path root() {
    String root = System.getProperty("lake.root");
    if (root == null) {
      throw new LakeException("lake.root is not set; start this program with ./lake.");
    }
    return Path.of(root);
  }

  /** The state folder of a stack that was given no other. */
  final Path usualState() {
    return root().resolve(".lake");
  }
}
