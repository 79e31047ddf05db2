package io.clickstreamlake.enrich;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Cache;
import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ParsedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnrichmentsTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvFileSource(resources = "/cases/pages.csv", useHeadersInDisplayName = true, nullValues = "-")
  void givenAPageUrlWhenEnrichedThenItsPartsAreInColumns(
      String url, String host, String path, String query) {
    ParsedEvent event = event();
    event.event.setPageUrl(url);

    enrich(event, Map.of("enrich.chain", "page"));

    assertThat(event.event.getPageHost()).isEqualTo(host);
    assertThat(event.event.getPagePath()).isEqualTo(path);
    assertThat(event.event.getPageQuery()).isEqualTo(query);
  }

  @Test
  void givenCampaignParametersWhenEnrichedThenTheyFillColumnsExceptThoseSent() {
    ParsedEvent event = event();
    event.event.setUtmSource("sent");
    event.event.setPageUrl(
        "https://shop.example/?utm_source=x&utm_medium=cpc&utm_campaign=spring%20sale+now"
            + "&utm_term=a%2Bb&utm_content=&utm_term=again&broken=%zz&gclid=G1&fbclid=F1#utm_content=f");

    enrich(event, Map.of("enrich.chain", "campaign"));

    assertThat(event.event.getUtmSource()).isEqualTo("sent");
    assertThat(event.event.getUtmMedium()).isEqualTo("cpc");
    assertThat(event.event.getUtmCampaign()).isEqualTo("spring sale now");
    assertThat(event.event.getUtmTerm()).isEqualTo("a+b");
    assertThat(event.event.getUtmContent()).isNull();
    assertThat(event.event.getClickId()).isEqualTo("G1");
    assertThat(event.event.getClickIdType()).isEqualTo("gclid");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "https://www.google.com/, www.google.com, search, Google",
        "https://mail.google.com/mail/u/0/, mail.google.com, email, Gmail",
        "https://m.facebook.com/story, m.facebook.com, social, Facebook",
        "https://googleads.g.doubleclick.net/x, googleads.g.doubleclick.net, paid, Google Marketing Platform",
        "https://SHOP.example/cart, shop.example, internal, -",
        "https://blog.mine.example/, blog.mine.example, internal, -",
        "https://notgoogle.com/, notgoogle.com, unknown, -",
        "https://partner.example/, partner.example, social, Partner Forum",
        "https://chatgpt.com/, chatgpt.com, ai, ChatGPT",
        "https://www.perplexity.ai/search, www.perplexity.ai, ai, Perplexity",
        "https://claude.ai/, claude.ai, ai, Claude",
        "https://gemini.google.com/app, gemini.google.com, ai, Gemini",
        "https://copilot.microsoft.com/, copilot.microsoft.com, ai, Copilot",
        "android-app://com.google.android.googlequicksearchbox/, com.google.android.googlequicksearchbox, search, Google",
        "https://l.facebook.com/, l.facebook.com, social, Facebook",
        "about:blank, -, unknown, -",
      })
  void givenAReferrerWhenEnrichedThenMediumAndSourceAreSet(
      String url, String host, String medium, String source) throws IOException {
    Path table = folder.resolve("referrers.csv");
    Files.writeString(table, "# ours\npartner.example,social,Partner Forum\n");
    ParsedEvent event = event();
    event.event.setPageUrl("https://shop.example/");
    event.event.setReferrerUrl(url);

    enrich(
        event,
        Map.of(
            "enrich.chain", "page;referrer",
            "enrich.referrer.internal-hosts", "mine.example",
            "enrich.referrer.table", table.toString()));

    assertThat(event.event.getReferrerHost()).isEqualTo(host);
    assertThat(event.event.getReferrerMedium()).isEqualTo(medium);
    assertThat(event.event.getReferrerSource()).isEqualTo(source);
  }

  @Test
  void givenAnInvalidReferrerTableWhenReadThenTheErrorsNameTheLines() throws IOException {
    Path table = folder.resolve("referrers.csv");
    Files.writeString(table, "a.example,social,A\nb.example,friends,B\nc.example\n");

    assertThatThrownBy(() -> chain(Map.of("enrich.referrer.table", table.toString())))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("line 2: is not host,medium,source")
        .hasMessageContaining("line 3: is not host,medium,source");
  }

  @Test
  void givenUserAgentsWhenEnrichedThenDevicesAndRobotsAreDetected() {
    ParsedEvent phone = event();
    phone.userAgent =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
            + " Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
    ParsedEvent robot = event();
    robot.userAgent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    ParsedEvent none = event();
    ParsedEvent nonsense = event();
    nonsense.userAgent = "x".repeat(5000);

    Map<String, String> settings = Map.of("enrich.chain", "user_agent");
    enrich(phone, settings);
    enrich(robot, settings);
    enrich(none, settings);
    enrich(nonsense, settings);

    assertThat(phone.event.getDeviceClass()).isEqualTo("Phone");
    assertThat(phone.event.getDeviceBrand()).isEqualTo("Apple");
    assertThat(phone.event.getOsName()).isEqualTo("iOS");
    assertThat(phone.event.getOsVersion()).startsWith("17.5");
    assertThat(phone.event.getBrowserName()).isEqualTo("Safari");
    assertThat(phone.event.getBrowserVersion()).isEqualTo("17.5");
    assertThat(phone.event.getIsBot()).isFalse();
    assertThat(robot.event.getIsBot()).isTrue();
    assertThat(robot.event.getBrowserName()).isEqualTo("Googlebot");
    assertThat(none.event.getIsBot()).isNull();
    assertThat(nonsense.event.getIsBot()).isNull();
    assertThat(nonsense.event.getQualityFlags()).containsExactly("user_agent_too_long");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.3; +https://openai.com/gptbot) | ai_training",
        "Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com) | ai_training",
        "CCBot/2.0 (https://commoncrawl.org/faq/) | ai_training",
        "meta-externalagent/1.1 | ai_training",
        "Bytespider | ai_training",
        "Amazonbot/0.1 | ai_training",
        "Google-Extended | ai_training",
        "OAI-SearchBot/1.3 | ai_search",
        "Mozilla/5.0 (compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot) | ai_search",
        "ChatGPT-User | ai_agent",
        "Mozilla/5.0 (compatible; ChatGPT-User/1.0; +https://openai.com/bot) | ai_agent",
        "claude-web/1.0 | ai_agent",
        "Claude-User/1.0 | ai_agent",
        "Perplexity-User/1.0 | ai_agent",
        "MistralAI-User/1.0 | ai_agent",
        "meta-externalfetcher/1.1 | ai_agent",
        "DuckAssistBot/1.2 | ai_agent",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html) | search",
        "facebookexternalhit/1.1 | preview",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36 | automation",
        "python-requests/2.32.4 | library",
        "curl/8.9.1 | library",
        "Go-http-client/2.0 | library",
        "axios/1.7.7 | library",
        "okhttp/4.12.0 | library",
        "Mozilla/5.0 (compatible; SomeUnheardOfBot/1.0; +http://bot.example/) | other",
      })
  void givenARobotWhenEnrichedThenItIsMarkedWithItsKind(String userAgent, String kind) {
    ParsedEvent robot = event();
    robot.userAgent = userAgent;

    enrich(robot, Map.of("enrich.chain", "user_agent"));

    assertThat(robot.event.getIsBot()).isTrue();
    assertThat(robot.event.getBotKind()).isEqualTo(kind);
    assertThat(robot.event.getDeviceClass()).startsWith("Robot");
    assertThat(robot.event.getBrowserName()).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Perplexity-User/1.0; +https://perplexity.ai/perplexity-user) | Perplexity-User",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ChatGPT-User/1.0; +https://openai.com/bot) | ChatGPT-User",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php) | facebookexternalhit",
      })
  void givenAKnownRobotWhenEnrichedThenItsNameIsThatOfItsOperator(String userAgent, String name) {
    ParsedEvent robot = event();
    robot.userAgent = userAgent;

    enrich(robot, Map.of("enrich.chain", "user_agent"));

    assertThat(robot.event.getBrowserName()).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Linux; Android 13; CUBOT X70) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
      })
  void givenAPersonsBrowserWhenEnrichedThenItIsNotARobot(String userAgent) {
    ParsedEvent person = event();
    person.userAgent = userAgent;

    enrich(person, Map.of("enrich.chain", "user_agent"));

    assertThat(person.event.getIsBot()).isFalse();
    assertThat(person.event.getBotKind()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-", " - ", "null", "undefined", "Unknown", "(null)", "' or 1=1 --"})
  void givenAPlaceholderUserAgentWhenEnrichedThenNoColumnIsSet(String userAgent) {
    ParsedEvent event = event();
    event.userAgent = userAgent;

    enrich(event, Map.of("enrich.chain", "user_agent"));

    assertThat(event.event).isEqualTo(new ClickEvent());
  }

  @Test
  void givenManyLongUserAgentsWhenCachedThenTheCacheStaysWithinItsSize() {
    Cache<String, Device> cache = UserAgentEnrichment.newCache(8 << 20);

    for (int i = 0; i < 10_000; i++) {
      cache.put("x".repeat(1000) + i, Device.UNKNOWN);
    }
    cache.cleanUp();

    // 2,500 bytes per entry.
    assertThat(cache.estimatedSize()).isBetween(1_000L, 3_400L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Mozilla/5.0 (", "(", "(a;", "[", "{", "x", "9", "é"})
  void givenAHostileUserAgentWhenEnrichedThenItIsFlaggedAndNoColumnIsSet(String piece) {
    ParsedEvent event = event();
    event.userAgent = piece.repeat(1000 / piece.length());

    enrich(event, Map.of("enrich.chain", "user_agent"));

    assertThat(event.event.getQualityFlags()).containsExactly("user_agent_unreadable");
    event.event.setQualityFlags(null);
    assertThat(event.event).isEqualTo(new ClickEvent());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      value = {
        // query | source | medium | campaign
        "UTM_SOURCE=Mail&UTM_MEDIUM=Email&UTM_CAMPAIGN=Nov | Mail | Email | Nov",
        "utm_source=Facebook&utm_source=facebook&utm_medium=CPC | Facebook | CPC | -",
        "utm_source=&utm_source=late | late | - | -",
        "utm_source=a%26b&utm_medium=e%2Dmail&utm_campaign=%D0%BE%D1%81%D0%B5%D0%BD%D1%8C | a&b | e-mail | осень",
        "utm_source%3Dmail%26utm_medium%3Demail | - | - | -",
        "a=1&amp;utm_source=html&amp;utm_medium=email | html | email | -",
        "utm_source=bad%E0%A4%A&utm_medium=x | bad%E0%A4%A | x | -",
        "utm_source=semi;utm_medium=colon | semi;utm_medium=colon | - | -",
        "utm_source=x?utm_medium=y | x?utm_medium=y | - | -",
        "utm_campaign=sale+50%25+off | - | - | sale 50% off",
        "#utm_source=frag | - | - | -",
      })
  void givenCampaignParametersInFormsOfLinksWhenEnrichedThenTheyAreRead(
      String query, String source, String medium, String campaign) {
    ParsedEvent event = event();
    event.event.setPageUrl("https://shop.example/p?" + query);

    enrich(event, Map.of("enrich.chain", "campaign"));

    assertThat(event.event.getUtmSource()).isEqualTo(source);
    assertThat(event.event.getUtmMedium()).isEqualTo(medium);
    assertThat(event.event.getUtmCampaign()).isEqualTo(campaign);
  }

  @Test
  void givenHostsInUpperAndLowerCaseWhenEnrichedThenTheReferrerIsInternal() {
    ParsedEvent event = event();
    event.event.setPageHost("Shop.Example");
    event.event.setReferrerUrl("https://SHOP.example/cart");
    ParsedEvent without = event();
    without.event.setPageHost("Shop.Example");
    without.event.setReferrerUrl("https://shop.example/cart");

    enrich(event, Map.of("enrich.chain", "page;referrer"));
    enrich(without, Map.of("enrich.chain", "referrer"));

    assertThat(event.event.getPageHost()).isEqualTo("shop.example");
    assertThat(event.event.getReferrerMedium()).isEqualTo("internal");
    assertThat(without.event.getReferrerMedium()).isEqualTo("internal");
  }

  @Test
  void givenAHostOfAMegabyteWhenEnrichedThenItIsNull() {
    ParsedEvent event = event();
    event.event.setReferrerUrl("https://" + "a.".repeat(1 << 19));

    enrich(event, Map.of("enrich.chain", "referrer"));

    assertThat(event.event.getReferrerHost()).isNull();
    assertThat(event.event.getReferrerMedium()).isEqualTo("unknown");
  }

  @Test
  void givenAMaxMindDatabaseWhenEnrichedThenTheGeoColumnsAreSet() throws IOException {
    Path database = folder.resolve("city.mmdb");
    MaxMindFile.write(
        database,
        Map.of(
            "country", Map.of("iso_code", "DE"),
            "subdivisions", List.of(Map.of("names", Map.of("en", "Berlin State"))),
            "city", Map.of("names", Map.of("en", "Berlin")),
            "location", Map.of("time_zone", "Europe/Berlin")));
    ParsedEvent event = event();
    event.ipAddress = "192.0.2.7, 10.0.0.1";

    enrich(event, geo(database, "1 h"));

    assertThat(event.event.getGeoCountry()).isEqualTo("DE");
    assertThat(event.event.getGeoRegion()).isEqualTo("Berlin State");
    assertThat(event.event.getGeoCity()).isEqualTo("Berlin");
    assertThat(event.event.getGeoTimezone()).isEqualTo("Europe/Berlin");
  }

  @Test
  void givenAFlatDatabaseWhenItChangesThenTheNewOneIsUsed() throws IOException {
    Path database = folder.resolve("country.mmdb");
    MaxMindFile.write(database, Map.of("country_code", "FR"));
    Map<String, String> settings = geo(database, "1 ms");
    ParsedEvent before = event();
    before.ipAddress = "192.0.2.7";
    enrich(before, settings);

    MaxMindFile.write(database, Map.of("country_code", "IT"));
    Files.setLastModifiedTime(
        database, java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis() + 5000));
    ParsedEvent after = event();
    after.ipAddress = "192.0.2.7";
    await()
        .until(
            () -> {
              after.event.setGeoCountry(null);
              enrich(after, settings);
              return "IT".equals(after.event.getGeoCountry());
            });

    assertThat(before.event.getGeoCountry()).isEqualTo("FR");
  }

  @Test
  void givenNoDatabaseOrAnInvalidAddressWhenEnrichedThenTheColumnsStayNull() throws IOException {
    ParsedEvent event = event();
    event.ipAddress = "192.0.2.7";
    enrich(event, geo(folder.resolve("absent.mmdb"), "1 h"));
    assertThat(event.event.getGeoCountry()).isNull();

    Path database = folder.resolve("country2.mmdb");
    MaxMindFile.write(database, Map.of("country_code", "FR"));
    ParsedEvent name = event();
    name.ipAddress = "example.com";
    enrich(name, geo(database, "1 h"));
    assertThat(name.event.getGeoCountry()).isNull();
    assertThat(name.event.getQualityFlags()).containsExactly("ip_address_invalid");
  }

  @Test
  void givenAnUnknownEnrichmentWhenTheChainIsCreatedThenTheErrorListsTheKnownOnes() {
    assertThatThrownBy(() -> chain(Map.of("enrich.chain", "page;weather")))
        .hasMessageContaining("enrich.chain: there is no enrichment 'weather'; choose from page,");
  }

  private static ParsedEvent event() {
    ParsedEvent event = new ParsedEvent();
    event.event = new ClickEvent();
    return event;
  }

  private static Map<String, String> geo(Path database, String refresh) {
    return Map.of(
        "enrich.chain",
        "geo",
        "enrich.geo.database",
        database.toString(),
        "enrich.geo.refresh",
        refresh);
  }

  private static void enrich(ParsedEvent event, Map<String, String> settings) {
    chain(settings).forEach(enrichment -> enrichment.enrich(event));
  }

  private static List<Enrichment> chain(Map<String, String> overrides) {
    Map<String, String> settings = new HashMap<>(overrides);
    settings.putAll(
        new TreeMap<>(
            Map.of("source.stream", "s", "source.region", "r", "sink.path", "s3://processed")));
    ValidationErrors problems = new ValidationErrors();
    List<Enrichment> chain = Enrichments.of(JobSettings.of(settings), problems);
    problems.throwIfAny();
    return chain;
  }
}
