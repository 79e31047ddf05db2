package io.clickstreamlake.config;

import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/**
 * Reader of the key of the privacy action hash from AWS Secrets Manager, for settings that hold
 * only the ARN or name of the secret. The key is read once, when the job starts.
 */
final class HashKeySecret {

  private static final String SETTING = JobOptions.PRIVACY_HASH_KEY_SECRET.key();

  private HashKeySecret() {}

  /**
   * Reads the secret's text with the SDK's default credentials, such as the job's role.
   *
   * @param secret ARN or name of the secret
   * @param region region of a secret that is given by name; an ARN names its own region
   * @throws InvalidSettingsException if the secret cannot be read, is empty, or is shorter than
   *     {@link JobOptions#MIN_HASH_KEY_LENGTH}
   */
  static String read(String secret, String region) {
    String[] arn = secret.split(":", 5);
    try (SecretsManagerClient client =
        SecretsManagerClient.builder()
            .region(Region.of(arn.length == 5 && arn[0].equals("arn") ? arn[3] : region))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build()) {
      return read(secret, client);
    } catch (IllegalArgumentException e) {
      throw refused(secret, "it is neither the ARN nor the name of a secret", e);
    }
  }

  static String read(String secret, SecretsManagerClient client) {
    String text;
    try {
      text = client.getSecretValue(request -> request.secretId(secret)).secretString();
    } catch (ResourceNotFoundException e) {
      throw refused(
          secret,
          "the secret does not exist or has no value. Create it with aws secretsmanager"
              + " create-secret, or correct the setting",
          e);
    } catch (SecretsManagerException e) {
      if (e.statusCode() == 400 && e.awsErrorDetails() != null && isDenied(e)) {
        throw refused(
            secret,
            "the job's role may not read it. Allow secretsmanager:GetSecretValue on the secret,"
                + " and kms:Decrypt if it is encrypted with a customer-managed KMS key",
            e);
      }
      throw refused(secret, "Secrets Manager refused the request", e);
    } catch (SdkException e) {
      throw refused(
          secret,
          "Secrets Manager cannot be reached. A job in a VPC needs a route or an endpoint to it",
          e);
    }
    if (text == null || text.isBlank()) {
      throw refused(
          secret,
          "it holds no text. Store the key as plain text with aws secretsmanager put-secret-value"
              + " --secret-string",
          null);
    }
    String key = text.trim();
    if (key.length() < JobOptions.MIN_HASH_KEY_LENGTH) {
      throw refused(
          secret,
          "it has fewer than "
              + JobOptions.MIN_HASH_KEY_LENGTH
              + " characters. Store a longer key with aws secretsmanager put-secret-value"
              + " --secret-string",
          null);
    }
    return key;
  }

  private static boolean isDenied(SecretsManagerException e) {
    String code = e.awsErrorDetails().errorCode();
    return code.startsWith("AccessDenied") || code.equals("DecryptionFailure");
  }

  private static InvalidSettingsException refused(String secret, String why, Exception cause) {
    String detail = cause == null ? "" : " (" + cause.getMessage() + ")";
    return new InvalidSettingsException(
        List.of(SETTING + ": the secret '" + secret + "' cannot be used: " + why + detail));
  }
}
