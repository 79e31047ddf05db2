package io.clickstreamlake.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Reads keys from a stub of Secrets Manager on loopback that responds like the service. */
class HashKeySecretTest {

  private static final String ARN =
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:clickstream/hash-key-AbCdEf";

  private final AtomicReference<String> request = new AtomicReference<>();
  private HttpServer server;
  private SecretsManagerClient client;
  private int status = 200;
  private String response = "{}";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          request.set(
              exchange.getRequestHeaders().getFirst("X-Amz-Target")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          byte[] body = response.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    client = client(server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  @Test
  void givenASecretWhenReadThenItsTextIsTheKey() {
    response = "{\"ARN\":\"" + ARN + "\",\"SecretString\":\"correct horse battery staple\\n\"}";

    assertThat(HashKeySecret.read(ARN, client)).isEqualTo("correct horse battery staple");
    assertThat(request.get())
        .isEqualTo("secretsmanager.GetSecretValue {\"SecretId\":\"" + ARN + "\"}");
  }

  @Test
  void givenNoSuchSecretWhenReadThenTheMessageNamesTheCommandToCreateIt() {
    fail("ResourceNotFoundException");

    assertThatThrownBy(() -> HashKeySecret.read(ARN, client))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("privacy.hash-key-secret: the secret '" + ARN + "'")
        .hasMessageContaining("aws secretsmanager create-secret");
  }

  @Test
  void givenNoPermissionWhenReadThenTheMessageNamesTheActions() {
    for (String code : new String[] {"AccessDeniedException", "DecryptionFailure"}) {
      fail(code);

      assertThatThrownBy(() -> HashKeySecret.read(ARN, client))
          .hasMessageContaining("secretsmanager:GetSecretValue")
          .hasMessageContaining("kms:Decrypt");
    }
  }

  @Test
  void givenAnEmptySecretWhenReadThenTheMessageNamesTheCommandToSetIt() {
    for (String value : new String[] {"{\"SecretString\":\" \"}", "{\"SecretBinary\":\"AAAA\"}"}) {
      response = value;

      assertThatThrownBy(() -> HashKeySecret.read(ARN, client))
          .hasMessageContaining("holds no text")
          .hasMessageContaining("put-secret-value");
    }
  }

  @Test
  void givenATooShortKeyWhenReadThenTheMessageNamesTheSettingOfTheSecret() {
    response = "{\"SecretString\":\"fifteen letters\"}";

    assertThatThrownBy(() -> HashKeySecret.read(ARN, client))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("privacy.hash-key-secret: the secret '" + ARN + "'")
        .hasMessageContaining("it has fewer than 16 characters")
        .hasMessageContaining("put-secret-value");
  }

  @Test
  void givenNoResponseWhenReadThenTheMessageNamesTheNetwork() {
    server.stop(0);

    assertThatThrownBy(() -> HashKeySecret.read(ARN, client)).hasMessageContaining("VPC");
  }

  private void fail(String code) {
    status = 400;
    response = "{\"__type\":\"" + code + "\",\"Message\":\"no\"}";
  }

  private static SecretsManagerClient client(int port) {
    return SecretsManagerClient.builder()
        .region(Region.EU_CENTRAL_1)
        .endpointOverride(URI.create("http://127.0.0.1:" + port))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .overrideConfiguration(configuration -> configuration.retryStrategy(r -> r.maxAttempts(1)))
        .build();
  }
}
