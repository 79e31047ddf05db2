package io.clickstreamlake.parse.mapping;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.clickstreamlake.config.InvalidSettingsException;
import io.clickstreamlake.config.TextFile;
import io.clickstreamlake.config.ValidationErrors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The compiler of the section {@code unwrap}; see {@link Unwrapping}. */
final class UnwrappingReader {

  private static final Set<String> ATTRIBUTES =
      Set.of("at", "decode", "header", "events", "keep", "when", "control", "include");

  private static final String TOMBSTONE = "tombstone";

  private final ValidationErrors problems;
  private final List<Unwrapping.RecordStep> recordSteps = new ArrayList<>();
  private final List<UnwrapStage> stages = new ArrayList<>();
  private boolean skipsTombstones;
  private final Set<String> keptNames = new TreeSet<>();
  private final List<PathNode> roots = new ArrayList<>();
  private int captures;
  private Stage stage = new Stage();

  private UnwrappingReader(ValidationErrors problems) {
    this.problems = problems;
  }

  /** Reads the section; errors with their places are added to {@code problems}. */
  static Unwrapping read(JsonNode section, ValidationErrors problems) {
    UnwrappingReader reader = new UnwrappingReader(problems);
    reader.steps("unwrap", section, true);
    reader.closeStage();
    return reader.finish();
  }

  /** Each stage's walk also finds the paths of the stages after it, in case it changes nothing. */
  private Unwrapping finish() {
    List<PathNode> walks = new ArrayList<>();
    for (int i = 0; i < roots.size(); i++) {
      walks.add(PathNode.join(roots.subList(i, roots.size()), false));
    }
    return new Unwrapping(recordSteps, stages, walks, captures, skipsTombstones, keptNames);
  }

  private void steps(String place, JsonNode list, boolean mayInclude) {
    if (!list.isMissingNode() && !list.isArray()) {
      problems.add(place + ": is not a list of steps");
      return;
    }
    for (int i = 0; i < list.size(); i++) {
      step(place + "[" + i + "]", list.get(i), mayInclude);
    }
  }

  private void step(String place, JsonNode step, boolean mayInclude) {
    List<String> kinds = new ArrayList<>();
    step.fieldNames()
        .forEachRemaining(
            name -> {
              if (!ATTRIBUTES.contains(name)) {
                problems.add(place + "." + name + ": is not one of " + sorted(ATTRIBUTES));
              } else if (Set.of("decode", "header", "events", "control", "include")
                  .contains(name)) {
                kinds.add(name);
              }
            });
    if (kinds.size() != 1) {
      problems.add(
          place
              + (kinds.isEmpty()
                  ? ": needs one of decode, header, events, control, include"
                  : ": has " + String.join(" and ", kinds) + "; write one step for each"));
      return;
    }
    check(place, step, kinds.get(0));
    switch (kinds.get(0)) {
      case "include":
        include(place + ".include", step.path("include").asText(), mayInclude);
        break;
      case "header":
        header(place + ".header", step.path("header").asText());
        break;
      case "control":
        control(place + ".control", step.path("control"));
        break;
      case "events":
        events(place, step);
        break;
      default:
        decode(place, step);
    }
  }

  private void check(String place, JsonNode step, String kind) {
    if (step.has("at") && !kind.equals("decode")) {
      problems.add(place + ".at: belongs to decode");
    }
    if (step.has("keep") && !kind.equals("events")) {
      problems.add(place + ".keep: belongs to events");
    }
    boolean isConditional = kind.equals("events") || kind.equals("decode") && step.has("at");
    if (step.has("when") && !isConditional) {
      problems.add(place + ".when: belongs to events, or to decode with at");
    }
  }

  private void include(String place, String name, boolean mayInclude) {
    if (!mayInclude) {
      problems.add(place + ": an included mapping cannot include another one");
      return;
    }
    try {
      JsonNode tree = new YAMLMapper().readTree(shipped(place, name));
      if (tree.path("unwrap").isEmpty()) {
        problems.add(place + ": the mapping '" + name + "' has no section unwrap");
      }
      steps(place + " " + name, tree.path("unwrap"), false);
    } catch (InvalidSettingsException e) {
      e.problems().forEach(problems::add);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the mapping " + name + " in the jar is invalid", e);
    }
  }

  /** The text of a mapping in the jar. */
  static String shipped(String place, String name) {
    return TextFile.shipped(place, name, TextFile.MAPPINGS);
  }

  private void header(String place, String name) {
    for (Unwrapping.Header header : Unwrapping.Header.values()) {
      if (header.name().toLowerCase(Locale.ROOT).equals(name)) {
        recordStep(place, new Unwrapping.RecordStep(header, null));
        return;
      }
    }
    problems.add(place + ": '" + name + "' is not one of confluent, glue");
  }

  private void recordStep(String place, Unwrapping.RecordStep step) {
    if (!stages.isEmpty() || !stage.isEmpty()) {
      problems.add(
          place
              + ": applies to the record, so it must precede the steps with paths; put an include"
              + " with such a step first");
    }
    recordSteps.add(step);
  }

  private void decode(String place, JsonNode step) {
    List<Codec> codecs = codecs(place + ".decode", step.path("decode"));
    if (!step.has("at")) {
      for (Codec codec : codecs) {
        if (codec == Codec.DYNAMODB) {
          problems.add(place + ".decode: dynamodb needs at, the path of the typed values");
        }
        recordStep(place + ".decode", new Unwrapping.RecordStep(null, codec));
      }
      return;
    }
    JsonPath path = path(place + ".at", step.path("at"));
    if (path == null || codecs.isEmpty()) {
      return;
    }
    if (stage.decodesNear(path)) {
      closeStage();
    }
    UnwrapStage.Condition when = condition(place + ".when", step.path("when"));
    stage.decoded.put(path.toString(), path);
    stage.decodings.add(
        new UnwrapStage.Decoding(stage.capture(path), path.toString(), codecs, when));
  }

  private List<Codec> codecs(String place, JsonNode list) {
    List<Codec> codecs = new ArrayList<>();
    for (JsonNode name : list.isArray() ? list : List.of(list)) {
      Codec found = null;
      for (Codec codec : Codec.values()) {
        if (codec.text().equals(name.asText())) {
          found = codec;
        }
      }
      if (found == null) {
        problems.add(
            place
                + ": '"
                + name.asText()
                + "' is not one of base64, dynamodb, form, gzip, json, zlib");
      } else {
        codecs.add(found);
      }
    }
    for (int i = 0; i < codecs.size(); i++) {
      Codec codec = codecs.get(i);
      boolean makesJson = codec == Codec.JSON || codec == Codec.FORM || codec == Codec.DYNAMODB;
      if (makesJson && i < codecs.size() - 1) {
        problems.add(place + ": nothing can be decoded after " + codec.text());
      }
      if (codec == Codec.DYNAMODB && codecs.size() > 1) {
        problems.add(place + ": dynamodb applies to an object, not to a text");
      }
    }
    return codecs;
  }

  private void events(String place, JsonNode step) {
    JsonPath path = path(place + ".events", step.path("events"));
    if (path == null) {
      return;
    }
    boolean isDecoded = stage.decoded.containsKey(path.toString());
    if (!isDecoded && stage.decodesAbove(path)) {
      closeStage();
    }
    Map<String, Integer> keep = new LinkedHashMap<>();
    JsonNode kept = step.path("keep");
    if (!kept.isMissingNode() && !kept.isObject()) {
      problems.add(place + ".keep: has the form {NAME: $.path}");
    }
    for (String name : names(kept)) {
      JsonPath from = path(place + ".keep." + name, kept.path(name));
      if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
        problems.add(place + ".keep." + name + ": a name has letters, digits and underscores");
      } else if (from != null) {
        keep.put(name, stage.capture(from));
        keptNames.add(name);
      }
    }
    UnwrapStage.Condition when = condition(place + ".when", step.path("when"));
    stage.events = new UnwrapStage.Events(stage.capture(path), path.toString(), when, keep);
    closeStage();
  }

  private void control(String place, JsonNode value) {
    if (value.isTextual() && value.asText().equals(TOMBSTONE)) {
      skipsTombstones = true;
      return;
    }
    if (value.isMissingNode() || value.isEmpty() && !value.isTextual()) {
      problems.add(place + ": has the form {$.path: [TEXT, …]}, or tombstone");
      return;
    }
    if (!stage.decodings.isEmpty()) {
      closeStage();
    }
    stage.controls.add(condition(place, value));
  }

  /** Reads {@code $.path}, a list of paths, or texts by path. */
  private UnwrapStage.Condition condition(String place, JsonNode value) {
    Map<Integer, Set<String>> texts = new HashMap<>();
    if (value.isObject()) {
      for (String text : names(value)) {
        JsonNode permitted = value.path(text);
        JsonPath path = path(place, TextNode.valueOf(text));
        if (!isTextOrList(permitted)) {
          problems.add(place + ": has the form {" + text + ": [TEXT, …]}");
        }
        Set<String> permittedTexts = new HashSet<>();
        for (JsonNode one : permitted.isArray() ? permitted : List.of(permitted)) {
          permittedTexts.add(one.asText());
        }
        if (path != null) {
          texts.put(stage.capture(path), permittedTexts);
        }
      }
    } else if (!value.isMissingNode()) {
      for (JsonNode one : value.isArray() ? value : List.of(value)) {
        JsonPath path = path(place, one);
        if (path != null) {
          texts.put(stage.capture(path), Set.of());
        }
      }
    }
    return new UnwrapStage.Condition(texts);
  }

  private static boolean isTextOrList(JsonNode value) {
    return value.isValueNode()
        || value.isArray()
            && StreamSupport.stream(value.spliterator(), false).allMatch(JsonNode::isValueNode);
  }

  private JsonPath path(String place, JsonNode text) {
    JsonPath path = PathEntry.path(place, text, PathEntry.Start.EVENT, problems);
    if (path == null) {
      return null;
    }
    boolean supported =
        path.segments().stream()
            .allMatch(
                segment ->
                    segment instanceof JsonPath.Name
                        || segment instanceof JsonPath.Wildcard
                        || segment instanceof JsonPath.Index
                            && ((JsonPath.Index) segment).index >= 0);
    if (!supported || path.toString().startsWith(JsonPathParser.ENVELOPE)) {
      problems.add(
          place + ": '" + path + "' may have names, * and indices from 0 in a step of unwrap");
      return null;
    }
    return path;
  }

  private void closeStage() {
    if (!stage.isEmpty()) {
      stages.add(new UnwrapStage(stage.controls, stage.decodings, stage.events));
      roots.add(stage.root);
    }
    stage = new Stage();
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static String sorted(Set<String> names) {
    return names.stream().sorted().collect(Collectors.joining(", "));
  }

  /** The stage that is being read. */
  private final class Stage {
    final PathNode root = new PathNode("$");
    final Map<String, Integer> numbers = new HashMap<>();
    final Map<String, JsonPath> decoded = new HashMap<>();
    final List<UnwrapStage.Condition> controls = new ArrayList<>();
    final List<UnwrapStage.Decoding> decodings = new ArrayList<>();
    UnwrapStage.Events events;

    boolean isEmpty() {
      return numbers.isEmpty();
    }

    int capture(JsonPath path) {
      Integer known = numbers.get(path.toString());
      if (known != null) {
        return known;
      }
      int number = captures++;
      numbers.put(path.toString(), number);
      root.descend(path).feed(new Feed(number, 0, PathEntry.of(path), true));
      return number;
    }

    /** Whether a field at or above the path is decoded in this stage. */
    boolean decodesAbove(JsonPath path) {
      return decoded.values().stream().anyMatch(other -> path.startsLike(other));
    }

    /** Whether a field above or below the path is decoded in this stage. */
    boolean decodesNear(JsonPath path) {
      return decoded.values().stream()
          .filter(other -> !other.toString().equals(path.toString()))
          .anyMatch(other -> path.startsLike(other) || other.startsLike(path));
    }
  }
}
