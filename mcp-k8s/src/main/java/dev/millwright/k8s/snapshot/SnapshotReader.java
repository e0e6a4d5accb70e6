package dev.millwright.k8s.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.mask.Mask;
import dev.millwright.k8s.model.Times;
import dev.millwright.k8s.state.MemorySource;
import dev.millwright.k8s.state.MemorySource.LogName;
import dev.millwright.k8s.state.MemorySource.Whole;
import dev.millwright.tool.ToolException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Makes a state of the files of a snapshot, by what is in them more than by their names: lists and single objects in
 * JSON or YAML, logs where {@code kubectl cluster-info dump}, must-gather and we ourselves put them. Objects that never
 * were in a cluster (no {@code metadata.uid}) are left out, so that manifests may lie beside.
 */
final class SnapshotReader implements Entries {
    /** Bytes of objects in all: as trees they take about six times as much memory. */
    private static final int MOST_BYTES = 48 << 20;

    private static final int MOST_LOG_BYTES = 32 << 20;
    private static final int ONE_LOG = 128 * 1024;
    private static final int MOST_PARTIAL = 20;

    /** {@code kubectl cluster-info dump} puts a log between such lines. */
    private static final Pattern LOG_START =
            Pattern.compile("==== START logs for container (\\S+) of pod ([^/\\s]+)/(\\S+) ====\\s*");

    private static final String LOG_END = "==== END logs for container ";

    /** Characters of a line that are looked at together. */
    private static final int LONGEST_LINE = 1 << 20;

    /** Bytes of a log file whose end is looked for. */
    private static final long LONGEST_LOG = 512L << 20;

    /** must-gather has the time before each line. */
    private static final Pattern LINE_TIME =
            Pattern.compile("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{1,9}Z ", Pattern.MULTILINE);

    /** What the kubelet says in place of a log it does not have. */
    private static final List<String> NO_LOG =
            List.of("unable to retrieve container logs", "Request log error:", "previous terminated container");

    /** Members that say when something was, not when it will be. */
    private static final Set<String> PAST = Set.of(
            "creationTimestamp",
            "time",
            "firstTimestamp",
            "lastTimestamp",
            "eventTime",
            "lastObservedTime",
            "lastTransitionTime",
            "lastUpdateTime",
            "lastHeartbeatTime",
            "startedAt",
            "finishedAt",
            "startTime",
            "completionTime",
            "lastScheduleTime",
            "renewTime");

    private static final YAMLMapper YAML = yaml();

    private final String name;
    private final Consumer<Collection<String>> hide;
    private final Map<String, JsonNode> objects = new LinkedHashMap<>();
    private final Set<Whole> whole = new HashSet<>();
    private final Map<LogName, String> logs = new HashMap<>();
    private final Map<String, JsonNode> documents = new HashMap<>();
    private final Set<String> partial = new LinkedHashSet<>();
    private Optional<JsonNode> about = Optional.empty();
    private Instant newest = Instant.EPOCH;
    private long bytes;
    private long logBytes;

    SnapshotReader(String name, Consumer<Collection<String>> hide) {
        this.name = name;
        this.hide = hide;
    }

    private static YAMLMapper yaml() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MOST_BYTES);
        options.setNestingDepthLimit(Json.MAX_DEPTH);
        return new YAMLMapper(YAMLFactory.builder()
                .loaderOptions(options)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(Json.MAX_DEPTH)
                        .maxStringLength(MOST_BYTES)
                        .build())
                .build());
    }

    @Override
    public void skipped(String why) {
        if (partial.size() < MOST_PARTIAL) {
            partial.add("read " + name + ": left out " + why);
        }
    }

    @Override
    public void file(String path, Content content) throws IOException {
        List<String> parts = List.of(path.split("/"));
        String file = parts.getLast().toLowerCase(Locale.ROOT);
        if (file.startsWith(".") || file.equals("expect.json")) {
            return;
        }
        if (file.equals("logs.txt") || file.endsWith(".txt") || file.indexOf('.') < 0) {
            mixed(path, new InputStreamReader(stream(content), StandardCharsets.UTF_8));
        } else if (file.endsWith(".log")) {
            log(parts, content);
        } else if (file.endsWith(".json")) {
            json(parts, content);
        } else if (file.endsWith(".yaml") || file.endsWith(".yml")) {
            yaml(parts, text(content));
        }
    }

    private String text(Content content) throws IOException {
        return new String(bytes(content), StandardCharsets.UTF_8);
    }

    private byte[] bytes(Content content) throws IOException {
        byte[] read = content.first((int) Math.max(1, MOST_BYTES + 1 - bytes));
        count(read.length);
        return read;
    }

    private void count(int more) {
        bytes += more;
        if (bytes > MOST_BYTES) {
            throw ToolException.limit("/snapshot %s holds more than %d MiB of objects; make one of fewer namespaces"
                    .formatted(name, MOST_BYTES >> 20));
        } else if (Thread.interrupted()) {
            throw ToolException.limit("/snapshot " + name + " was not read in time");
        }
    }

    private void json(List<String> parts, Content content) throws IOException {
        byte[] read = bytes(content);
        try {
            JsonNode json = Json.read(read, 0, read.length);
            if (parts.getLast().equals("snapshot.json")
                    && json.path("format").asText().equals(SnapshotWriter.FORMAT)) {
                about = Optional.of(json);
            } else if (parts.getLast().equals("documents.json") && !json.has("kind")) {
                json.properties().forEach(each -> documents.put(each.getKey(), each.getValue()));
            } else {
                take(parts, json);
            }
        } catch (JsonProcessingException e) {
            String text = new String(read, StandardCharsets.UTF_8);
            if (text.stripLeading().startsWith("{")) {
                bytes -= read.length;
                mixed(String.join("/", parts), new StringReader(text));
            } else {
                unread(String.join("/", parts), "JSON");
            }
        }
    }

    private void yaml(List<String> parts, String text) {
        try (MappingIterator<JsonNode> all = YAML.readerFor(JsonNode.class).readValues(text)) {
            while (all.hasNext()) {
                take(parts, all.next());
            }
        } catch (JsonProcessingException | UncheckedIOException | org.yaml.snakeyaml.error.YAMLException e) {
            unread(String.join("/", parts), "YAML");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            if (!(e.getCause() instanceof JsonProcessingException)) {
                throw e;
            }
            unread(String.join("/", parts), "YAML");
        }
    }

    /** Lists one after another, and logs between marks: a dump that went to standard output. */
    private void mixed(String path, Reader from) throws IOException {
        Reader in = new BufferedReader(from, 64 * 1024);
        StringBuilder rest = new StringBuilder();
        StringBuilder log = new StringBuilder();
        Optional<LogName> of = Optional.empty();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            Matcher start = LOG_START.matcher(line);
            if (of.isPresent() && line.startsWith(LOG_END)) {
                keep(of.get(), log.toString());
                of = Optional.empty();
                log.setLength(0);
            } else if (of.isPresent()) {
                log.append(line);
                if (log.length() > 2 * ONE_LOG) {
                    log.delete(0, log.length() - ONE_LOG);
                }
            } else if (start.matches()) {
                of = Optional.of(new LogName(start.group(2), start.group(3), start.group(1), false));
            } else {
                count(line.length());
                rest.append(line);
            }
        }
        if (of.isPresent()) {
            keep(of.get(), log.toString());
        }
        if (rest.toString().stripLeading().startsWith("{")) {
            values(path, rest.toString());
        }
    }

    /** With its end; empty at the end of all. */
    private static String line(Reader in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            line.append((char) c);
            if (c == '\n' || line.length() == LONGEST_LINE) {
                break;
            }
        }
        return line.toString();
    }

    private void values(String path, String text) {
        try (MappingIterator<JsonNode> all =
                Json.mapper().readerFor(JsonNode.class).readValues(text)) {
            while (all.hasNextValue()) {
                take(List.of(path.split("/")), all.nextValue());
            }
        } catch (IOException e) {
            unread(path, "JSON");
        }
    }

    private static InputStream stream(Content content) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = content.first(1);
                return one.length == 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                byte[] some = content.first(length);
                System.arraycopy(some, 0, into, offset, some.length);
                return some.length == 0 && length > 0 ? -1 : some.length;
            }
        };
    }

    private void unread(String path, String form) {
        if (partial.size() < MOST_PARTIAL) {
            partial.add("read " + path + ": is not whole " + form);
        }
    }

    private void take(List<String> parts, JsonNode json) {
        String kind = json.path("kind").asText();
        if (json.path("items").isArray() && kind.endsWith("List")) {
            list(parts, json, kind.substring(0, kind.length() - 4));
        } else if (json.isArray()) {
            json.forEach(each -> take(parts, each));
        } else if (json instanceof ObjectNode object) {
            add(object);
        }
    }

    private void list(List<String> parts, JsonNode json, String of) {
        Set<Kind> kinds = new HashSet<>();
        Set<String> namespaces = new HashSet<>();
        for (JsonNode each : json.path("items")) {
            if (each instanceof ObjectNode object) {
                if (!of.isEmpty() && !object.has("kind")) {
                    object.put("kind", of)
                            .put("apiVersion", json.path("apiVersion").asText());
                }
                kind(object).filter(any -> add(object)).ifPresent(known -> {
                    kinds.add(known);
                    if (known.namespaced()) {
                        namespaces.add(object.at("/metadata/namespace").asText());
                    }
                });
            }
        }
        Kinds.of(json.path("apiVersion").asText(), of).ifPresent(kinds::add);
        if (namespaces.isEmpty()) {
            folderNamespace(parts).ifPresent(namespaces::add);
        }
        if (of.isEmpty() && parts.getLast().equals("objects.json") && namespaces.size() == 1) {
            // Everything of one namespace, as recordings are; Secrets are often left out on purpose.
            Kinds.all().stream()
                    .filter(each -> each.namespaced() && !each.equals(Kinds.SECRET))
                    .forEach(kinds::add);
        }
        for (Kind each : kinds) {
            if (!each.namespaced()) {
                whole.add(new Whole(each, Optional.empty()));
            } else if (namespaces.size() > 1) {
                whole.add(new Whole(each, Optional.empty()));
            } else {
                namespaces.forEach(in -> whole.add(new Whole(each, Optional.of(in))));
            }
        }
    }

    /** {@code namespaces/NS/…} of a must-gather, {@code NS/pods.json} of a dump. */
    private static Optional<String> folderNamespace(List<String> parts) {
        int at = parts.lastIndexOf("namespaces");
        if (at >= 0 && at + 2 < parts.size()) {
            return Optional.of(parts.get(at + 1));
        }
        return parts.size() > 1 ? Optional.of(parts.get(parts.size() - 2)) : Optional.empty();
    }

    private static Optional<Kind> kind(JsonNode object) {
        String kind = object.path("kind").asText();
        return kind.equals("Event")
                ? Optional.of(Kinds.EVENT)
                : Kinds.of(object.path("apiVersion").asText(), kind);
    }

    /** Whether it is an object that was in a cluster. */
    private boolean add(ObjectNode object) {
        if (object.at("/metadata/uid").asText().isEmpty() || kind(object).isEmpty()) {
            return false;
        }
        if (object.path("kind").asText().equals("Secret")) {
            hide.accept(Mask.valuesOf(object));
        }
        seen(object);
        object.withObjectProperty("metadata").remove("managedFields");
        objects.put(object.at("/metadata/uid").asText(), object);
        return true;
    }

    private void seen(JsonNode node) {
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            if (each.getValue().isContainerNode()) {
                seen(each.getValue());
            } else if (PAST.contains(each.getKey())) {
                Times.of(each.getValue()).filter(newest::isBefore).ifPresent(at -> newest = at);
            }
        }
        if (node.isArray()) {
            node.forEach(this::seen);
        }
    }

    private void log(List<String> parts, Content content) throws IOException {
        int size = parts.size();
        String file = parts.getLast();
        String[] names = file.substring(0, file.length() - 4).split("__");
        boolean ours = size > 1 && names.length > 1 && (parts.get(size - 2).equals("logs") || isLogs(parts, size - 3));
        if (ours) {
            String namespace = parts.get(size - 2).equals("logs") ? "" : parts.get(size - 2);
            keep(
                    new LogName(namespace, names[0], names[1], names.length > 2 && names[2].equals("previous")),
                    tail(content));
        } else if (size > 6 && isLogs(parts, size - 2) && parts.get(size - 6).equals("pods")) {
            // namespaces/NS/pods/POD/CONTAINER/CONTAINER/logs/current.log
            boolean previous = file.equals("previous.log");
            if (previous || file.equals("current.log")) {
                keep(
                        new LogName(parts.get(size - 7), parts.get(size - 5), parts.get(size - 3), previous),
                        LINE_TIME.matcher(tail(content)).replaceAll(""));
            }
        }
    }

    private static boolean isLogs(List<String> parts, int index) {
        return index >= 0 && parts.get(index).equals("logs");
    }

    /** The end of a log, as a diagnosis reads it. */
    private String tail(Content content) throws IOException {
        byte[] end = new byte[0];
        long seen = 0;
        for (byte[] more = content.first(1 << 20); more.length > 0; more = content.first(1 << 20)) {
            seen += more.length;
            if (seen > LONGEST_LOG || Thread.interrupted()) {
                skipped("the end of logs beyond " + (LONGEST_LOG >> 20) + " MiB");
                break;
            }
            byte[] both = Arrays.copyOf(end, end.length + more.length);
            System.arraycopy(more, 0, both, end.length, more.length);
            end = Arrays.copyOfRange(both, Math.max(0, both.length - ONE_LOG), both.length);
        }
        return new String(end, StandardCharsets.UTF_8);
    }

    private void keep(LogName log, String text) {
        String kept = text.length() > ONE_LOG ? text.substring(text.length() - ONE_LOG) : text;
        if (kept.isBlank() || NO_LOG.stream().anyMatch(kept.stripLeading()::startsWith)) {
            return;
        }
        logBytes += kept.length();
        if (logBytes > MOST_LOG_BYTES) {
            skipped("logs beyond " + (MOST_LOG_BYTES >> 20) + " MiB");
            return;
        }
        logs.put(log, kept);
    }

    /** @throws ToolException {@code INVALID_INPUT} where no objects of a cluster were found */
    Snapshot snapshot() {
        if (objects.isEmpty() && about.isEmpty()) {
            throw ToolException.invalidInput(
                    ("/snapshot %s holds no objects of a cluster; it takes lists as kubectl get -o"
                                    + " json writes them, kubectl cluster-info dump, must-gather and k8s_snapshot, as folder,"
                                    + " .tar, .tar.gz or .zip%s")
                            .formatted(name, partial.isEmpty() ? "" : " (" + String.join("; ", partial) + ")"));
        }
        for (JsonNode each : about.map(json -> json.path("whole")).orElse(Json.array())) {
            Kinds.named(each.path("kind").asText())
                    .ifPresent(kind -> whole.add(new Whole(
                            kind, Optional.of(each.path("namespace").asText()).filter(in -> !in.isEmpty()))));
        }
        about.ifPresent(json -> json.path("partial").forEach(each -> partial.add(each.asText())));
        MemorySource source = new MemorySource(
                List.copyOf(objects.values()),
                whole,
                placed(),
                documents,
                about.flatMap(json -> Times.of(json.path("taken"))).orElse(newest));
        Optional<String> namespace = about.map(json -> json.path("namespace").asText())
                .filter(each -> !each.isEmpty())
                .or(() -> source.namespaces().size() == 1 && about.isEmpty()
                        ? Optional.of(source.namespaces().iterator().next())
                        : Optional.empty());
        return new Snapshot(source, namespace, new ArrayList<>(partial));
    }

    /** Logs whose namespace no path told belong to the pod of that name. */
    private Map<LogName, String> placed() {
        Map<String, String> namespaces = new HashMap<>();
        for (JsonNode each : objects.values()) {
            if (each.path("kind").asText().equals("Pod")) {
                namespaces.put(
                        each.at("/metadata/name").asText(),
                        each.at("/metadata/namespace").asText());
            }
        }
        Map<LogName, String> placed = new HashMap<>();
        logs.forEach((log, text) -> placed.put(
                log.namespace().isEmpty()
                        ? new LogName(
                                namespaces.getOrDefault(log.pod(), ""), log.pod(), log.container(), log.previous())
                        : log,
                text));
        return placed;
    }
}
