package io.clickstreamlake.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class OverwrittenFileTest {

  private int opened;

  @Test
  void givenAFileThatIsReplacedWhileItIsReadWhenReadThenTheNewContentIsReturned()
      throws IOException {
    byte[] content =
        OverwrittenFile.read(
            () -> {
              opened++;
              // S3A fails when it opens the object, or at the first read.
              if (opened == 1) {
                throw new RemoteFileChangedException(
                    "Change reported by S3 during open at position 0");
              }
              return opened == 2
                  ? failing(new RemoteFileChangedException("at the first read"))
                  : new ByteArrayInputStream("new".getBytes(UTF_8));
            });
    assertThat(new String(content, UTF_8)).isEqualTo("new");
  }

  @Test
  void givenAFileThatIsGoneWhenReadThenItIsNotTriedAgain() {
    assertThatThrownBy(
            () ->
                OverwrittenFile.read(
                    () -> {
                      opened++;
                      throw new FileNotFoundException("gone");
                    }))
        .isInstanceOf(FileNotFoundException.class);
    assertThat(opened).isEqualTo(1);
  }

  @Test
  void givenAStorageThatFailsWhenReadThenTheFailureIsReported() {
    assertThatThrownBy(
            () ->
                OverwrittenFile.read(
                    () -> {
                      opened++;
                      return failing(new IOException("the storage fails"));
                    }))
        .hasMessage("the storage fails");
    assertThat(opened).isEqualTo(1);
  }

  private static InputStream failing(IOException failure) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        throw failure;
      }
    };
  }

  /** As in the plugin of S3A. */
  private static final class RemoteFileChangedException extends IOException {

    private static final long serialVersionUID = 1L;

    RemoteFileChangedException(String message) {
      super(message);
    }
  }
}
