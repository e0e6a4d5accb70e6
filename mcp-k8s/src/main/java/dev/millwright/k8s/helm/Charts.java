package dev.millwright.k8s.helm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where charts come from: a folder or archive in the tenant's roots, an HTTP repository, an OCI registry. Whatever it is,
 * Helm only sees our own copy of its files.
 */
public final class Charts {
    static final int MOST_ARCHIVE = 20 * 1024 * 1024;
    private static final int MOST_INDEX = 32 * 1024 * 1024;
    private static final Pattern PINNED = Pattern.compile("(.+)@(sha256:[0-9a-f]{64})");

    /** Bytes of a chart, and the digest that pins it. */
    record Archive(byte[] bytes, String digest) {}

    /** A version that can be had. */
    public record Version(String version, Optional<String> appVersion, Optional<String> digest) {}

    /**
     * A chart, as our own copy that goes with closing.
     *
     * @param digest by which the same can be asked for again; empty for a folder
     */
    public record Chart(Path folder, Optional<String> digest) implements AutoCloseable {
        /** The objects that {@code crds} folders define, its own and those of charts in it. */
        public String definitions() {
            StringBuilder all = new StringBuilder();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Chart::isDefinition).sorted().toList()) {
                    all.append("---\n").append(Files.readString(file)).append('\n');
                }
            } catch (IOException e) {
                throw ToolException.invalidInput("/chart: its crds cannot be read: " + e.getMessage());
            }
            return all.toString();
        }

        private static boolean isDefinition(Path file) {
            String name = file.getFileName().toString();
            return Files.isRegularFile(file)
                    && file.getParent().getFileName().toString().equals("crds")
                    && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
        }

        @Override
        public void close() throws IOException {
            delete(folder.getParent());
        }
    }

    private final Optional<Workspace> workspace;
    private final ChartSources sources;
    private final Path scratch;

    /**
     * @param workspace the tenant's roots, where it has any
     * @param sources as in {@code https://charts.example.org/}
     * @param scratch folder of our own; made when it is needed
     */
    public Charts(Optional<Workspace> workspace, List<String> sources, Path scratch) {
        this.workspace = workspace;
        this.sources = new ChartSources(sources);
        this.scratch = scratch;
    }

    /**
     * Brings a chart here.
     *
     * @param chart a path, {@code https://HOST/PATH/NAME}, or {@code oci://HOST/PATH/NAME}; with {@code @sha256:DIGEST}
     *     only that very content
     * @param version exact; empty for the highest that is no early one
     */
    public Chart fetch(String chart, Optional<String> version) throws IOException, InterruptedException {
        Matcher pinned = PINNED.matcher(chart);
        String plain = pinned.matches() ? pinned.group(1) : chart;
        Optional<String> digest = pinned.matches() ? Optional.of(pinned.group(2)) : Optional.empty();
        Files.createDirectories(
                scratch, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path own = Files.createTempDirectory(scratch, "chart");
        try {
            Chart fetched = plain.contains("://")
                    ? unpacked(fromNetwork(plain, version, digest), own)
                    : fromRoots(plain, digest, own);
            check(fetched.folder(), version);
            return fetched;
        } catch (RuntimeException | IOException | InterruptedException e) {
            delete(own);
            throw e;
        }
    }

    private static Chart unpacked(Archive archive, Path own) throws IOException {
        return new Chart(ChartArchive.unpack(archive.bytes(), own), Optional.of(archive.digest()));
    }

    private static void check(Path folder, Optional<String> version) throws IOException {
        Path file = folder.resolve("Chart.yaml");
        if (!Files.isRegularFile(file)) {
            throw ToolException.invalidInput("/chart has no Chart.yaml: it is no Helm chart");
        }
        String its = Items.documents(Files.readString(file)).stream()
                .findFirst()
                .map(each -> each.path("version").asText())
                .orElse("");
        if (version.isPresent() && !version.get().equals(its)) {
            throw ToolException.conflict(
                    "/version %s was asked for, the chart says that it is %s".formatted(version.get(), its));
        }
    }

    // From roots

    private Chart fromRoots(String path, Optional<String> digest, Path own) throws IOException {
        Workspace roots = workspace.orElseThrow(() -> ToolException.denied(
                "/chart %s is a path, and no folder is reached; the operator can list one in roots".formatted(path)));
        Target target = roots.at(path);
        if (roots.stat(target).isFolder()) {
            if (digest.isPresent()) {
                throw ToolException.invalidInput("/chart " + path + " is a folder; only archives have a digest");
            }
            Path chart = Files.createDirectory(own.resolve("chart"));
            try (Folder folder = roots.folder(target)) {
                new Copy().all(folder, chart, "");
            }
            return new Chart(chart, Optional.empty());
        }
        try (OpenFile file = roots.open(target)) {
            byte[] bytes = bytes(file, path, MOST_ARCHIVE);
            match(digest, sha256(bytes));
            return unpacked(new Archive(bytes, sha256(bytes)), own);
        }
    }

    private static byte[] bytes(OpenFile file, String name, long most) {
        long size = file.stat().size();
        if (size > most) {
            throw ToolException.limit("/chart: %s has %d bytes; at most %d".formatted(name, size, most));
        }
        byte[] bytes = new byte[(int) size];
        for (int at = 0; at < bytes.length; ) {
            int read = file.read(at, bytes, at, bytes.length - at);
            if (read == 0) {
                throw ToolException.conflict("/chart: " + name + " became shorter while it was read");
            }
            at += read;
        }
        return bytes;
    }

    /** Copies a folder's files; a link could lead anywhere, so it is refused. */
    private static final class Copy {
        private int files;
        private long total;

        void all(Folder folder, Path into, String at) throws IOException {
            List<String> plain = new ArrayList<>();
            List<String> folders = new ArrayList<>();
            folder.entries((name, type) -> {
                switch (type) {
                    case FILE -> plain.add(name);
                    case FOLDER -> folders.add(name);
                    case LINK, SPECIAL ->
                        throw ToolException.invalidInput("/chart is refused: %s%s is a %s; charts are made of files"
                                .formatted(at, name, type == EntryType.LINK ? "link" : "device"));
                }
                return true;
            });
            for (String name : plain) {
                try (OpenFile file = folder.file(name)) {
                    byte[] bytes = bytes(file, at + name, ChartArchive.MOST_FILE);
                    total += bytes.length;
                    if (++files > ChartArchive.MOST_FILES || total > ChartArchive.MOST_BYTES) {
                        throw ToolException.limit("/chart has more than %d files or %d bytes"
                                .formatted(ChartArchive.MOST_FILES, ChartArchive.MOST_BYTES));
                    }
                    Files.write(into.resolve(name), bytes);
                }
            }
            for (String name : folders) {
                if (!name.equals(".git")) {
                    try (Folder below = folder.folder(name)) {
                        all(below, Files.createDirectory(into.resolve(name)), at + name + "/");
                    }
                }
            }
        }
    }

    // From the network

    private Archive fromNetwork(String chart, Optional<String> version, Optional<String> digest)
            throws InterruptedException {
        URI address = sources.check(chart);
        if (address.getScheme().equals("oci")) {
            Registry registry = new Registry(sources, address);
            return registry.archive(
                    version.isPresent() || digest.isPresent()
                            ? version.orElse("")
                            : highest(chart, registry.versions()),
                    digest);
        }
        URI archive = address;
        Optional<String> listed = Optional.empty();
        if (!address.getPath().endsWith(".tgz")) {
            JsonNode entry = entry(chart, address, version);
            archive = repository(address).resolve(entry.at("/urls/0").asText());
            listed = Optional.of(entry.path("digest").asText()).filter(each -> !each.isEmpty());
        }
        byte[] bytes = sources.found(archive, MOST_ARCHIVE);
        String its = sha256(bytes);
        match(digest, its);
        match(listed.map(each -> each.startsWith("sha256:") ? each : "sha256:" + each), its);
        return new Archive(bytes, its);
    }

    /** What lies above the chart's name. */
    private static URI repository(URI address) {
        return address.resolve(".");
    }

    private static String nameOf(URI address) {
        return address.getPath().substring(address.getPath().lastIndexOf('/') + 1);
    }

    private JsonNode entry(String chart, URI address, Optional<String> version) throws InterruptedException {
        JsonNode entries = entries(chart, address);
        List<String> all = new ArrayList<>();
        entries.forEach(each -> all.add(each.path("version").asText()));
        String wanted = version.isPresent() ? version.get() : highest(chart, all);
        for (JsonNode each : entries) {
            if (each.path("version").asText().equals(wanted)) {
                return each;
            }
        }
        throw ToolException.notFound("/version %s of %s is not there; the newest are %s"
                .formatted(wanted, chart, sorted(all).stream().limit(10).toList()));
    }

    private JsonNode entries(String chart, URI address) throws InterruptedException {
        URI index = repository(address).resolve("index.yaml");
        JsonNode all = Items.documents(new String(sources.found(index, MOST_INDEX), StandardCharsets.UTF_8)).stream()
                .findFirst()
                .orElse(Json.object())
                .path("entries");
        JsonNode entries = all.path(nameOf(address));
        if (!entries.isArray()) {
            throw ToolException.notFound("/chart %s: %s has no chart %s; it has %s"
                    .formatted(
                            chart,
                            index,
                            nameOf(address),
                            Lists.names(all).stream().limit(20).toList()));
        }
        return entries;
    }

    /**
     * Versions that can be had, highest first.
     *
     * @param chart as for {@link #fetch}, but no path
     */
    public List<Version> versions(String chart) throws InterruptedException {
        if (!chart.contains("://")) {
            throw ToolException.invalidInput(
                    "/chart %s has the one version that its Chart.yaml says; give https://HOST/PATH/NAME or oci://HOST/PATH/NAME"
                            .formatted(chart));
        }
        URI address = sources.check(chart);
        TreeMap<String, Version> found = new TreeMap<>();
        if (address.getScheme().equals("oci")) {
            new Registry(sources, address)
                    .versions()
                    .forEach(each -> found.put(each, new Version(each, Optional.empty(), Optional.empty())));
        } else {
            for (JsonNode each : entries(chart, address)) {
                String version = each.path("version").asText();
                found.putIfAbsent(
                        version,
                        new Version(
                                version,
                                Optional.of(each.path("appVersion").asText()).filter(text -> !text.isEmpty()),
                                Optional.of(each.path("digest").asText()).filter(text -> !text.isEmpty())));
            }
        }
        return sorted(List.copyOf(found.keySet())).stream().map(found::get).toList();
    }

    /** Highest first; what is no version is left out, as the signatures that registries keep as tags. */
    private static List<String> sorted(List<String> versions) {
        return versions.stream()
                .map(ChartVersion::of)
                .flatMap(Optional::stream)
                .sorted(Comparator.reverseOrder())
                .map(ChartVersion::text)
                .toList();
    }

    private static String highest(String chart, List<String> versions) {
        List<String> sorted = sorted(versions);
        return sorted.stream()
                .filter(each -> ChartVersion.of(each)
                        .filter(version -> !version.isEarly())
                        .isPresent())
                .findFirst()
                .orElseThrow(() -> ToolException.notFound(
                        sorted.isEmpty()
                                ? "/chart " + chart + " has no versions"
                                : "/chart %s has early versions only: give one as /version: %s"
                                        .formatted(chart, sorted)));
    }

    static String sha256(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static void match(Optional<String> wanted, String its) {
        if (wanted.isPresent() && !wanted.get().equals(its)) {
            throw ToolException.conflict(
                    "/chart is not what was asked for: its digest is %s, not %s".formatted(its, wanted.get()));
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
