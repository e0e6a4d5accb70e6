package dev.millwright.docker.lint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a {@code .hadolint.yaml}. */
public final class ConfigFile {
    /** The names it goes by, the first that is there counts. */
    public static final List<String> NAMES = List.of(".hadolint.yaml", ".hadolint.yml");

    private ConfigFile() {}

    /** @throws IllegalArgumentException naming the key and value that do not fit */
    public static LintConfig parse(String yaml) {
        JsonNode root;
        try {
            root = new YAMLMapper().readTree(yaml);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not YAML: " + e.getOriginalMessage(), e);
        }
        if (root == null || root.isMissingNode() || root.isNull()) {
            return LintConfig.DEFAULT;
        } else if (!root.isObject()) {
            throw new IllegalArgumentException("a mapping is wanted, with keys such as ignored and override");
        }
        Map<String, Severity> severities = new HashMap<>();
        for (Severity each : Severity.values()) {
            if (each != Severity.IGNORE) {
                String key = "override." + each.name().toLowerCase(Locale.ROOT);
                JsonNode codes = root.path("override").path(each.name().toLowerCase(Locale.ROOT));
                texts(codes, key).forEach(code -> severities.put(code, each));
            }
        }
        Map<String, LabelKind> labels = new HashMap<>();
        root.path("label-schema").properties().forEach(each -> labels.put(each.getKey(), kind(each)));
        Optional<Severity> threshold = Optional.ofNullable(root.get("failure-threshold"))
                .map(JsonNode::asText)
                .filter(each -> !each.equals("none"))
                .map(ConfigFile::severity);
        boolean fails = !root.path("no-fail").asBoolean(false);
        Set<String> ignored = new HashSet<>(texts(root.path("ignored"), "ignored"));
        return new LintConfig(
                ignored,
                severities,
                texts(root.path("trustedRegistries"), "trustedRegistries"),
                labels,
                root.path("strict-labels").asBoolean(false),
                threshold.filter(each -> fails),
                !root.path("disable-ignore-pragma").asBoolean(false));
    }

    private static List<String> texts(JsonNode node, String key) {
        if (node.isMissingNode() || node.isNull()) {
            return List.of();
        } else if (key.equals("trustedRegistries") && node.isTextual()) {
            return List.of(node.asText());
        } else if (!node.isArray()) {
            throw new IllegalArgumentException(key + " must be a list, got " + node);
        }
        List<String> texts = new ArrayList<>();
        node.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private static LabelKind kind(Map.Entry<String, JsonNode> label) {
        try {
            return LabelKind.valueOf(label.getValue().asText().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "label-schema.%s must be text, url, rfc3339, spdx, hash, semver or email, got %s"
                            .formatted(label.getKey(), label.getValue()),
                    e);
        }
    }

    private static Severity severity(String name) {
        try {
            return Severity.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "failure-threshold must be error, warning, info, style, ignore or none, got " + name, e);
        }
    }
}
