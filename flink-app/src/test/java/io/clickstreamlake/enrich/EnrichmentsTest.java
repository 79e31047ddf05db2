package io.clickstreamlake.enrich;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Cache;
import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.JobSettings;
import io.clickstreamlake.config.TextFile;
import io.clickstreamlake.config.ValidationErrors;
import io.clickstreamlake.event.ClickEvent;
import io.clickstreamlake.event.ClientHints;
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
    Files.writeString(table, "# ours\npartner.example,social,Partner Forum\ninclude known\n");
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
  void givenAReferrerTableWithoutTheShippedOneWhenEnrichedThenItReplacesThatOne()
      throws IOException {
    Path table = folder.resolve("own.csv");
    Files.writeString(table, "google.com,paid,Ours\ngoogle.com,social,Too late\n");
    ParsedEvent replaced = event();
    replaced.event.setReferrerUrl("https://www.google.com/");
    ParsedEvent unknown = event();
    unknown.event.setReferrerUrl("https://claude.ai/");
    Map<String, String> settings =
        Map.of("enrich.chain", "referrer", "enrich.referrer.table", table.toString());

    enrich(replaced, settings);
    enrich(unknown, settings);

    assertThat(replaced.event.getReferrerMedium()).isEqualTo("paid");
    assertThat(replaced.event.getReferrerSource()).isEqualTo("Ours");
    assertThat(unknown.event.getReferrerMedium()).isEqualTo("unknown");
  }

  @Test
  void givenATableOfAgentsWhenEnrichedThenItsFirstMatchCountsAndTheShippedOneOnlyIfIncluded()
      throws IOException {
    Path own = folder.resolve("own-agents.csv");
    Files.writeString(own, "GPTBot,monitor,Ours\nShopApp/,app,\n");
    Path extended = folder.resolve("extended.csv");
    Files.writeString(extended, "GPTBot,browser,\ninclude known\n");

    assertThat(classified("GPTBot/1.3", own)).isEqualTo("true monitor Ours");
    assertThat(classified("ShopApp/3.1 okhttp/4.12.0", own)).startsWith("false app ");
    assertThat(classified("Claude-User/1.0", own)).doesNotContain("ai_assistant");
    assertThat(classified("GPTBot/1.3", extended)).startsWith("false browser ");
    assertThat(classified("Claude-User/1.0", extended)).isEqualTo("true ai_assistant Claude-User");
  }

  private static String classified(String userAgent, Path table) {
    ParsedEvent event = event();
    event.userAgent = userAgent;
    enrich(
        event, Map.of("enrich.chain", "user_agent", "enrich.user-agent.table", table.toString()));
    return event.event.getIsBot()
        + " "
        + event.event.getAgentClass()
        + " "
        + event.event.getBrowserName();
  }

  @Test
  void givenAnInvalidTableOfAgentsWhenReadThenTheErrorsNameTheLines() throws IOException {
    Path table = folder.resolve("agents.csv");
    Files.writeString(table, "A,monitor,A\n\nB,robot,B\nC,ai_crawler,\nD\n^,app,\n,app,\n");

    assertThatThrownBy(() -> chain(Map.of("enrich.user-agent.table", table.toString())))
        .isInstanceOf(InvalidSettingsException.class)
        .hasMessageContaining("enrich.user-agent.table: " + table + ", line 3: is not text,class,")
        .hasMessageContaining("line 4: ")
        .hasMessageContaining("line 5: ")
        .hasMessageContaining("line 6: ")
        .hasMessageContaining("line 7: ")
        .hasMessageNotContaining("line 1: ");
  }

  @Test
  void givenTheShippedTableOfAgentsWhenReadThenEachClassOfBotsHasAnAgentAndTheSourcesAreNamed() {
    String text = TextFile.read("agents", "known", TextFile.AGENTS);

    for (AgentClass each : AgentClass.values()) {
      if (each.isBot()) {
        assertThat(text).contains("," + each.text() + ",");
      }
    }
    assertThat(text).contains("Apache License 2.0").contains("developers.openai.com/api/docs/bots");
    assertThat(TextFile.read("referrers", "known", TextFile.REFERRERS))
        .contains("Apache License 2.0");
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
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.3; +https://openai.com/gptbot) | ai_crawler",
        "Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com) | ai_crawler",
        "CCBot/2.0 (https://commoncrawl.org/faq/) | ai_crawler",
        "meta-externalagent/1.1 | ai_crawler",
        "Bytespider | ai_crawler",
        "Amazonbot/0.1 | ai_crawler",
        "Google-Extended | ai_crawler",
        "OAI-SearchBot/1.3 | ai_search_crawler",
        "Mozilla/5.0 (compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot) | ai_search_crawler",
        "ChatGPT-User | ai_assistant",
        "Mozilla/5.0 (compatible; ChatGPT-User/1.0; +https://openai.com/bot) | ai_assistant",
        "claude-web/1.0 | ai_assistant",
        "Claude-User/1.0 | ai_assistant",
        "Perplexity-User/1.0 | ai_assistant",
        "MistralAI-User/1.0 | ai_assistant",
        "meta-externalfetcher/1.1 | ai_assistant",
        "DuckAssistBot/1.2 | ai_assistant",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html) | search_crawler",
        "facebookexternalhit/1.1 | link_preview",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36 | automated_browser",
        "python-requests/2.32.4 | http_library",
        "curl/8.9.1 | http_library",
        "Go-http-client/2.0 | http_library",
        "axios/1.7.7 | http_library",
        "okhttp/4.12.0 | http_library",
        "Mozilla/5.0 (compatible; SomeUnheardOfBot/1.0; +http://bot.example/) | other_bot",
      })
  void givenARobotWhenEnrichedThenItIsMarkedWithItsClass(String userAgent, String agentClass) {
    ParsedEvent robot = event();
    robot.userAgent = userAgent;

    enrich(robot, Map.of("enrich.chain", "user_agent"));

    assertThat(robot.event.getIsBot()).isTrue();
    assertThat(robot.event.getAgentClass()).isEqualTo(agentClass);
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
    assertThat(person.event.getAgentClass()).isEqualTo("browser");
  }

  @Test
  void givenAnAppsUserAgentWhenEnrichedThenItIsAnAppAndNoBot() {
    ParsedEvent app = event();
    app.userAgent = "ShopApp/3.1 okhttp/4.12.0";

    enrich(app, Map.of("enrich.chain", "user_agent"));

    assertThat(app.event.getIsBot()).isFalse();
    assertThat(app.event.getAgentClass()).isEqualTo("app");
    assertThat(app.event.getDeviceClass()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      quoteCharacter = '^',
      value = {
        // object | brands | mobile | model | platform | platform version || expected
        "- | [{\"brand\":\"Chromium\",\"version\":\"144\"},{\"brand\":\"Google Chrome\",\"version\":\"144\"}] | true | - | Android | - | Phone Android null Chrome 144 null browser",
        "- | [{\"brand\":\"Google Chrome\",\"version\":\"144.0.7.1\"}] | true | Pixel 9 | Android | 16.0.0 | Phone Android 16.0.0 Chrome 144.0.7.1 null browser",
        "- | [{\"brand\":\"Google Chrome\",\"version\":\"144\"}] | false | - | Android | - | Tablet Android null Chrome 144 null browser",
        "- | \"Not)A;Brand\";v=\"8\", \"Chromium\";v=\"144\", \"Microsoft Edge\";v=\"144\" | ?0 | - | \"Windows\" | \"15.0.0\" | Desktop Windows NT 11 Edge 144 null browser",
        "{\"brands\":[{\"brand\":\"Google Chrome\",\"version\":\"144\"}],\"mobile\":true,\"platform\":\"Android\"} | - | - | - | - | - | Phone Android null Chrome 144 null browser",
        "{\"Sec-CH-UA\":\"\\\"Google Chrome\\\";v=\\\"144\\\"\",\"sec-ch-ua-mobile\":\"?1\",\"Sec-CH-UA-Platform\":\"\\\"Android\\\"\"} | - | - | - | - | - | Phone Android null Chrome 144 null browser",
        "- | \"HeadlessChrome\";v=\"144\" | ?0 | - | macOS | - | Robot Mac OS >=10.15.7 HeadlessChrome 144 true automated_browser",
        "- | [{\"brand\":\"Google Chrome\",\"version\":\"144\"}] | false | - | BeOS | - | Desktop null null Chrome 144 null browser",
        "- | - | true | - | Android | - | null null null null null null null",
        "[1] | [[ | maybe | - | \"\\ | - | null null null null null null null",
      })
  void givenClientHintsWithoutAUserAgentWhenEnrichedThenTheyTellTheDeviceButNotWhetherItIsABot(
      String object,
      String brands,
      String mobile,
      String model,
      String platform,
      String platformVersion,
      String expected) {
    ParsedEvent event = event();
    event.clientHints = new ClientHints();
    event.clientHints.object = object;
    event.clientHints.brands = brands;
    event.clientHints.mobile = mobile;
    event.clientHints.model = model;
    event.clientHints.platform = platform;
    event.clientHints.platformVersion = platformVersion;

    enrich(event, Map.of("enrich.chain", "user_agent"));

    ClickEvent row = event.event;
    assertThat(
            row.getDeviceClass()
                + " "
                + row.getOsName()
                + " "
                + row.getOsVersion()
                + " "
                + row.getBrowserName()
                + " "
                + row.getBrowserVersion()
                + " "
                + row.getIsBot()
                + " "
                + row.getAgentClass())
        .isEqualTo(expected);
    assertThat(row.getQualityFlags()).isNull();
  }

  @Test
  void givenClientHintsBesideAUserAgentWhenEnrichedThenTheyTellWhatItHides() {
    ParsedEvent event = event();
    event.userAgent =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
            + " Chrome/144.0.0.0 Safari/537.36";
    event.clientHints = new ClientHints();
    event.clientHints.brands =
        "[{\"brand\":\"Google Chrome\",\"version\":\"144.0.7559.60\"},"
            + "{\"brand\":\"Chromium\",\"version\":\"144.0.7559.60\"}]";
    event.clientHints.platform = "Windows";
    event.clientHints.platformVersion = "15.0.0";
    ParsedEvent hidden = event();
    hidden.userAgent = event.userAgent;
    hidden.clientHints = new ClientHints();
    hidden.clientHints.brands = "\"HeadlessChrome\";v=\"144\"";
    ParsedEvent tooLong = event();
    tooLong.userAgent = event.userAgent;
    tooLong.clientHints = new ClientHints();
    tooLong.clientHints.brands = "\"x\";v=\"1\",".repeat(1000);

    for (ParsedEvent each : List.of(event, hidden, tooLong)) {
      enrich(each, Map.of("enrich.chain", "user_agent"));
    }

    assertThat(event.event.getOsVersion()).isEqualTo("11");
    assertThat(event.event.getBrowserName()).isEqualTo("Chrome");
    assertThat(event.event.getIsBot()).isFalse();
    assertThat(event.event.getAgentClass()).isEqualTo("browser");
    assertThat(hidden.event.getIsBot()).isTrue();
    assertThat(hidden.event.getAgentClass()).isEqualTo("automated_browser");
    assertThat(tooLong.event.getBrowserName()).isEqualTo("Chrome");
    assertThat(tooLong.event.getQualityFlags()).containsExactly("client_hints_too_long");
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
        "a=1&AMP;utm_source=html&amp;amp;utm_medium=twice | html | twice | -",
        "#utm_source=frag | - | - | -",
        "mtm_source=m&pk_campaign=p&gad_source=1 | - | - | -",
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

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      value = {
        // URL | source | medium | campaign | term | id
        "https://shop.example/p#utm_source=frag&amp;utm_medium=display | frag | display | - | - | -",
        "https://shop.example/p?x=1#/route?UTM_source=spa&utm_medium=cpc | spa | cpc | - | - | -",
        "https://shop.example/p?utm_source=query#utm_source=frag&utm_id=7 | query | - | - | - | 7",
        "/p?mtm_source=m&MTM_CAMPAIGN=c1&mtm_kwd=k&mtm_cid=9 | m | - | c1 | k | 9",
        "/p?pk_campaign=c2&pk_keyword=k2&pk_campaign=later | - | - | c2 | k2 | -",
        "/p?piwik_campaign=c3&piwik_kwd=k3 | - | - | c3 | k3 | -",
        "/p?mtm_source=m&mtm_medium=mm#utm_source=u | u | mm | - | - | -",
        "/p#top | - | - | - | - | -",
        "/p? | - | - | - | - | -",
      })
  void givenOptionsForFragmentsAndMatomoWhenEnrichedThenTheirParametersAreReadAfterTheOthers(
      String url, String source, String medium, String campaign, String term, String id) {
    ParsedEvent event = event();
    event.event.setPageUrl(url);

    enrich(
        event,
        Map.of(
            "enrich.chain", "campaign",
            "enrich.campaign.fragments", "true",
            "enrich.campaign.matomo", "true"));

    assertThat(event.event.getUtmSource()).isEqualTo(source);
    assertThat(event.event.getUtmMedium()).isEqualTo(medium);
    assertThat(event.event.getUtmCampaign()).isEqualTo(campaign);
    assertThat(event.event.getUtmTerm()).isEqualTo(term);
    assertThat(event.event.getUtmId()).isEqualTo(id);
  }

  @Test
  void givenGoogleAnalyticsNewerParametersWhenEnrichedThenTheyFillTheirColumns() {
    ParsedEvent event = event();
    event.event.setPageUrl(
        "https://shop.example/p?utm_id=71&utm_source_platform=search+ads"
            + "&utm_marketing_tactic=prospecting&utm_creative_format=display");

    enrich(event, Map.of("enrich.chain", "campaign"));

    assertThat(event.event.getUtmId()).isEqualTo("71");
    assertThat(event.event.getUtmSourcePlatform()).isEqualTo("search ads");
    assertThat(event.event.getUtmMarketingTactic()).isEqualTo("prospecting");
    assertThat(event.event.getUtmCreativeFormat()).isEqualTo("display");
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
