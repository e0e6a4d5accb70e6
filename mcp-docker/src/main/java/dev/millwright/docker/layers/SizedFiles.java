package dev.millwright.docker.layers;

import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.CollectedLayers;
import dev.millwright.docker.archive.LayerEntry;
import dev.millwright.docker.archive.LiveFile;
import dev.millwright.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files and packages of an image's final tree, by size. */
public final class SizedFiles extends CollectedLayers {
    /** Of one package database; Debian's of 3,000 packages is 4 MB. */
    private static final int MOST = 32 << 20;

    /** Of a Node package's manifest. */
    private static final int MOST_MANIFEST = 1 << 20;

    private static final Pattern PYTHON = Pattern.compile(".*-([^-/]+)\\.dist-info/[^/]+");

    private final Map<LayerEntry, byte[]> databases = new IdentityHashMap<>();
    private final Map<LayerEntry, String> versions = new IdentityHashMap<>();
    private final PackageFiles listed = new PackageFiles();

    @Override
    protected void content(String layer, LayerEntry entry, InputStream content) throws IOException {
        String path = entry.path();
        boolean database = PackageSize.isDatabase(path);
        if (entry.isFile() && entry.size() <= MOST && (database || PackageFiles.isList(path))) {
            byte[] read = content.readAllBytes();
            if (database) {
                databases.put(entry, read);
            }
            listed.read(path, new String(read, StandardCharsets.UTF_8));
        } else if (entry.size() <= MOST_MANIFEST && PackageFiles.manifest(path).isPresent()) {
            version(content.readAllBytes()).ifPresent(each -> versions.put(entry, each));
        }
    }

    private static Optional<String> version(byte[] manifest) {
        try {
            return Optional.of(Json.read(manifest, 0, manifest.length)
                            .path("version")
                            .asText(""))
                    .filter(each -> !each.isEmpty());
        } catch (IOException e) {
            return Optional.empty(); // damaged: the package is told without version
        }
    }

    /** Bytes of each file that the image shows, by path; of several names the first has them. */
    public Map<String, Long> files(ArchivedImage image) {
        Map<String, Long> files = new TreeMap<>();
        Set<LayerEntry> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (LiveFile each : tree(image).all()) {
            if (each.entry().isFile() && seen.add(each.entry())) {
                files.put(each.path(), each.entry().size());
            }
        }
        return files;
    }

    /** Packages of the image's Debian and Alpine databases, and those of Node and Python, by name. */
    public Map<String, PackageSize> packages(ArchivedImage image) {
        Map<String, PackageSize> packages = new TreeMap<>();
        Map<String, Long> bytes = new HashMap<>();
        Map<String, Set<String>> found = new HashMap<>();
        Set<LayerEntry> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (LiveFile each : tree(image).all()) {
            LayerEntry entry = each.entry();
            if (!entry.isFile() || !seen.add(entry)) {
                continue;
            }
            byte[] database = databases.get(entry);
            if (database != null) {
                PackageSize.read(each.path(), new String(database, StandardCharsets.UTF_8), packages);
            }
            listed.owner(each.path()).ifPresent(owner -> {
                bytes.merge(owner, entry.size(), Long::sum);
                Matcher python = PYTHON.matcher(each.path());
                Optional.ofNullable(versions.get(entry))
                        .or(() -> python.matches() ? Optional.of(python.group(1)) : Optional.empty())
                        .ifPresent(version -> found.computeIfAbsent(owner, any -> new TreeSet<>())
                                .add(version));
            });
        }
        bytes.forEach((owner, sum) -> packages.put(
                owner,
                new PackageSize(
                        Optional.ofNullable(packages.get(owner))
                                .map(PackageSize::version)
                                .orElseGet(() -> String.join(", ", found.getOrDefault(owner, Set.of()))),
                        sum)));
        return packages;
    }
}
