package dev.millwright.docker.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which images the documents of an archive describe (Docker image-spec v1.2 manifest.json; OCI image-spec 1.1 index.json). */
final class Manifests {
    private static final int MOST_IMAGES = 200;

    /** An index may name an index: engines write two levels. */
    private static final int DEEPEST = 4;

    private final Map<String, byte[]> documents;
    private final Map<String, Long> layers;
    private final Map<String, String> links;

    /**
     * @param layers bytes of each layer in the archive
     * @param links of the archive's own names: before engine 25, layers of the same content
     */
    Manifests(Map<String, byte[]> documents, Map<String, Long> layers, Map<String, String> links) {
        this.documents = documents;
        this.layers = layers;
        this.links = links;
    }

    List<ArchivedImage> images() {
        List<ArchivedImage> images = new ArrayList<>();
        if (documents.containsKey("manifest.json")) {
            for (JsonNode each : document("manifest.json")) {
                List<String> keys = new ArrayList<>();
                each.path("Layers").forEach(layer -> keys.add(layer.asText()));
                add(images, each.path("Config").asText(), keys, texts(each.path("RepoTags")));
            }
        } else if (documents.containsKey("index.json")) {
            index(document("index.json"), List.of(), 0, images);
        } else {
            throw ToolException.invalidInput(
                    "the archive holds neither manifest.json nor index.json: it is no archive of"
                            + " images; docker save writes one, docker export does not");
        }
        if (images.isEmpty()) {
            throw ToolException.invalidInput("the archive holds no image");
        }
        return images;
    }

    private void index(JsonNode index, List<String> tags, int depth, List<ArchivedImage> images) {
        for (JsonNode each : index.path("manifests")) {
            JsonNode notes = each.path("annotations");
            boolean attestation =
                    notes.path("vnd.docker.reference.type").asText().equals("attestation-manifest");
            String blob = blob(each.path("digest").asText());
            if (attestation || !documents.containsKey(blob)) {
                continue; // of an index of several platforms, an archive may hold only one
            }
            JsonNode manifest = document(blob);
            List<String> names = tags.isEmpty() ? tags(notes) : tags;
            if (manifest.has("manifests")) {
                if (depth == DEEPEST) {
                    throw ToolException.invalidInput(
                            "the archive's indexes name each other more than %d deep".formatted(DEEPEST));
                }
                index(manifest, names, depth + 1, images);
            } else if (manifest.has("layers")) {
                List<String> keys = new ArrayList<>();
                manifest.path("layers")
                        .forEach(layer -> keys.add(blob(layer.path("digest").asText())));
                add(images, blob(manifest.path("config").path("digest").asText()), keys, names);
            }
        }
    }

    private static List<String> tags(JsonNode notes) {
        String full = notes.path("io.containerd.image.name").asText();
        String tag =
                full.isEmpty() ? notes.path("org.opencontainers.image.ref.name").asText() : full;
        return tag.isEmpty() ? List.of() : List.of(tag);
    }

    private void add(List<ArchivedImage> images, String configName, List<String> keys, List<String> tags) {
        if (images.size() == MOST_IMAGES) {
            throw ToolException.limit("the archive holds more than %d images".formatted(MOST_IMAGES));
        }
        String configKey = resolved(normal(configName));
        JsonNode config = document(configKey);
        List<HistoryStep> history = new ArrayList<>();
        for (JsonNode each : config.path("history")) {
            history.add(new HistoryStep(
                    each.path("created_by").asText(""),
                    each.path("created").asText(""),
                    each.path("comment").asText(""),
                    each.path("empty_layer").asBoolean()));
        }
        String variant = config.path("variant").asText("");
        images.add(new ArchivedImage(
                digest(documents.get(configKey)),
                tags,
                config.path("os").asText(""),
                config.path("architecture").asText("") + (variant.isEmpty() ? "" : "/" + variant),
                config,
                history,
                placed(keys, texts(config.path("rootfs").path("diff_ids")), history)));
    }

    /** Steps and layers are matched in order, and only where there is one step for each layer. */
    private List<ArchivedLayer> placed(List<String> keys, List<String> diffIds, List<HistoryStep> history) {
        List<HistoryStep> making =
                history.stream().filter(each -> !each.empty()).toList();
        boolean told = making.size() == keys.size();
        Iterator<HistoryStep> steps = making.iterator();
        List<ArchivedLayer> placed = new ArrayList<>();
        for (String each : keys) {
            String key = resolved(normal(each));
            Long stored = layers.get(key);
            if (stored == null) {
                throw ToolException.invalidInput("the archive does not hold layer %s, or it is no tar".formatted(each));
            }
            int index = placed.size();
            placed.add(new ArchivedLayer(
                    index,
                    key,
                    index < diffIds.size() ? diffIds.get(index) : "",
                    stored,
                    told ? Optional.of(steps.next()) : Optional.empty()));
        }
        return placed;
    }

    private static String normal(String name) {
        return EntryPath.normal(name, "the archive's manifest");
    }

    private String resolved(String name) {
        String at = name;
        for (int hops = 0; links.containsKey(at); hops++) {
            if (hops > 40) {
                throw ToolException.invalidInput("the archive is refused: its link %s leads to itself".formatted(name));
            }
            at = links.get(at);
        }
        return at;
    }

    private JsonNode document(String name) {
        byte[] bytes = documents.get(name);
        if (bytes == null) {
            throw ToolException.invalidInput("the archive does not hold %s as a JSON document of at most 4 MiB"
                    .formatted(name.isEmpty() ? "the configuration of its image" : name));
        }
        try {
            return Json.read(bytes, 0, bytes.length);
        } catch (JsonProcessingException e) {
            throw ToolException.invalidInput("the archive's %s is no JSON: %s".formatted(name, e.getOriginalMessage()));
        }
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private static String blob(String digest) {
        return "blobs/" + digest.replace(':', '/');
    }

    private static String digest(byte[] document) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(document));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
