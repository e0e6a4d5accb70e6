package dev.millwright.k8s.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.json.Redactor;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.archive.Tar;
import dev.millwright.k8s.mask.Mask;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.state.MemorySource.LogName;
import dev.millwright.k8s.state.Recording;
import dev.millwright.mask.SecretText;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.NewFile;
import dev.millwright.workspace.Place;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * Writes what was read of a cluster: {@code snapshot.json} (what it is of, and of which kinds it has all),
 * {@code objects/RESOURCE.json}, {@code logs/NAMESPACE/POD__CONTAINER.log}, {@code documents.json}; masked. It is there
 * whole or not at all.
 */
public final class SnapshotWriter {
    static final String FORMAT = "millwright-k8s-snapshot";

    /** As much as {@link SnapshotReader} takes. */
    private static final long MOST_BYTES = 48L << 20;

    private static final String REGISTRIES = ".dockerconfigjson";
    private static final List<String> CERTIFICATES = List.of("tls.crt", "ca.crt");
    private static final Pattern CERTIFICATE =
            Pattern.compile("(?:-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]++-----END CERTIFICATE-----\\s*+)++");

    /** What goes into it. */
    public record Made(Recording recording, String context, Optional<String> namespace, List<String> partial) {}

    /** What became of it. */
    public record Written(String path, int objects, int logs, long bytes) {}

    private record Content(Map<String, byte[]> files, int objects, int logs) {}

    private SnapshotWriter() {}

    static Written write(Workspace workspace, Target target, Made made) {
        Content content = content(made);
        long bytes =
                content.files().values().stream().mapToLong(each -> each.length).sum();
        if (bytes > MOST_BYTES) {
            throw ToolException.limit("a snapshot has at most %d MiB, this would have %d; name a namespace"
                    .formatted(MOST_BYTES >> 20, bytes >> 20));
        }
        try (Place place = free(workspace, target)) {
            if (place.name().endsWith(".tar.gz") || place.name().endsWith(".tgz")) {
                archive(place, content);
            } else {
                folder(place, content);
            }
        }
        return new Written(target.shown(), content.objects(), content.logs(), bytes);
    }

    static Place free(Workspace workspace, Target target) {
        Place place = workspace.place(target);
        if (place.isRoot() || place.stat().isPresent()) {
            place.close();
            throw ToolException.conflict("/path " + target + " is there already; choose a free name");
        }
        return place;
    }

    private static Content content(Made made) {
        Recording recording = made.recording();
        Map<Kind, Map<String, JsonNode>> byKind = new LinkedHashMap<>();
        ArrayNode whole = Json.array();
        Redactor secrets = new Redactor(List.of());
        recording.listings().forEach((place, listing) -> {
            Map<String, JsonNode> kind = byKind.computeIfAbsent(place.kind(), key -> new LinkedHashMap<>());
            for (K8sObject each : listing.items()) {
                kind.put(each.uid(), each.json());
                if (place.kind().equals(Kinds.SECRET)) {
                    secrets.learn(Mask.valuesOf(each.json()));
                }
            }
            if (listing.missing().isEmpty()) {
                ObjectNode entry = whole.addObject().put("kind", place.kind().resource());
                place.namespace().ifPresent(in -> entry.put("namespace", in));
            }
        });
        Map<String, byte[]> files = new LinkedHashMap<>();
        ObjectNode about = Json.object()
                .put("format", FORMAT)
                .put("version", 1)
                .put("taken", recording.now().toString())
                .put("context", made.context());
        made.namespace().ifPresent(in -> about.put("namespace", in));
        about.set("whole", whole);
        made.partial().forEach(about.putArray("partial")::add);
        files.put("snapshot.json", Json.bytes(about));
        int objects = 0;
        for (Map.Entry<Kind, Map<String, JsonNode>> each : byKind.entrySet()) {
            ArrayNode items = Json.array();
            each.getValue().values().forEach(object -> items.add(shown(object, secrets)));
            objects += items.size();
            if (!items.isEmpty()) {
                files.put("objects/" + each.getKey().resource() + ".json", Json.bytes(items));
            }
        }
        int logs = 0;
        for (Map.Entry<LogName, Optional<String>> each : recording.logs().entrySet()) {
            if (each.getValue().isPresent()) {
                LogName log = each.getKey();
                String name = "logs/%s/%s__%s%s.log"
                        .formatted(log.namespace(), log.pod(), log.container(), log.previous() ? "__previous" : "");
                String text =
                        secrets.redact(SecretText.text(each.getValue().get())).value();
                files.put(name, text.getBytes(StandardCharsets.UTF_8));
                logs++;
            }
        }
        ObjectNode documents = Json.object();
        recording
                .documents()
                .forEach((path, json) -> json.ifPresent(found ->
                        documents.set(path, secrets.redact(Mask.object(found)).value())));
        files.put("documents.json", Json.bytes(documents));
        return new Content(files, objects, logs);
    }

    private static JsonNode shown(JsonNode object, Redactor secrets) {
        JsonNode masked = Mask.object(object);
        if (masked.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
        JsonNode shown = secrets.redact(masked).value();
        if (shown.path("data") instanceof ObjectNode data
                && object.path("kind").asText().equals("Secret")) {
            for (String each : CERTIFICATES) {
                String value = object.path("data").path(each).asText();
                if (isCertificate(value)) {
                    data.put(each, value);
                }
            }
            registries(object.path("data").path(REGISTRIES).asText()).ifPresent(each -> data.put(REGISTRIES, each));
        }
        return shown;
    }

    /** Of credentials for registries only which they are for. */
    private static Optional<String> registries(String base64) {
        try {
            JsonNode auths = Json.read(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8))
                    .path("auths");
            ObjectNode hosts = Json.object();
            auths.fieldNames().forEachRemaining(each -> hosts.putObject(SecretText.text(each)));
            byte[] kept = Json.bytes(Json.object().set("auths", hosts));
            return hosts.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Base64.getEncoder().encodeToString(kept));
        } catch (IllegalArgumentException | JsonProcessingException e) {
            // No credentials for registries: masked like any other value.
            return Optional.empty();
        }
    }

    /** Whether it is certificates and nothing else, which are public: a diagnosis looks when they end. */
    private static boolean isCertificate(String base64) {
        try {
            byte[] pem = Base64.getDecoder().decode(base64);
            return CERTIFICATE
                    .matcher(new String(pem, StandardCharsets.US_ASCII).strip())
                    .matches();
        } catch (IllegalArgumentException e) {
            // Not base64, so nothing that a cluster holds.
            return false;
        }
    }

    private static void archive(Place place, Content content) {
        try (NewFile file = place.folder().create("." + UUID.randomUUID())) {
            file.mode(0600);
            try (GZIPOutputStream out = new GZIPOutputStream(stream(file), 64 * 1024)) {
                for (Map.Entry<String, byte[]> each : content.files().entrySet()) {
                    Tar.write(out, each.getKey(), each.getValue());
                }
                Tar.end(out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            file.linkAs(place.name());
        }
    }

    private static OutputStream stream(NewFile file) {
        return new OutputStream() {
            @Override
            public void write(int one) {
                file.write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                file.write(bytes, offset, length);
            }
        };
    }

    /** Under another name first, so that nobody meets half of it. */
    private static void folder(Place place, Content content) {
        String temporary = ".snapshot-" + UUID.randomUUID();
        place.folder().makeFolder(temporary);
        try (Folder top = place.folder().folder(temporary)) {
            try {
                for (Map.Entry<String, byte[]> each : content.files().entrySet()) {
                    put(top, each.getKey(), each.getValue());
                }
                if (!place.folder().rename(temporary, place.folder(), place.name(), false)) {
                    throw ToolException.unavailable("the folder cannot get its name " + place.name());
                }
            } catch (RuntimeException e) {
                remove(top);
                place.folder().removeFolder(temporary);
                throw e;
            }
        }
    }

    private static void put(Folder folder, String path, byte[] bytes) {
        int slash = path.indexOf('/');
        if (slash > 0) {
            String name = path.substring(0, slash);
            if (folder.stat(name).isEmpty()) {
                folder.makeFolder(name);
            }
            try (Folder inner = folder.folder(name)) {
                put(inner, path.substring(slash + 1), bytes);
            }
            return;
        }
        try (NewFile file = folder.create("." + UUID.randomUUID())) {
            file.mode(0600);
            file.write(bytes, 0, bytes.length);
            file.linkAs(path, false);
        }
    }

    private static void remove(Folder folder) {
        folder.entries((name, type) -> {
            switch (type) {
                case FOLDER -> {
                    try (Folder inner = folder.folder(name)) {
                        remove(inner);
                    }
                    folder.removeFolder(name);
                }
                case FILE, LINK, SPECIAL -> folder.remove(name);
            }
            return true;
        });
    }
}
