package dev.millwright.docker.posture;

import dev.millwright.docker.archive.ArchivedLayer;
import dev.millwright.docker.archive.EntryType;
import dev.millwright.docker.archive.LayerEntry;
import dev.millwright.docker.archive.LiveFile;
import dev.millwright.docker.archive.LiveTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Looks into the files of all layers while they come by, in any order: for secrets, also where a later layer deletes the
 * file, and for accounts that anyone may use.
 */
public final class ContentScan {
    /** Larger files are data. */
    public static final int MOST_BYTES = 1 << 20;

    private static final int MOST_HITS = 1_000;

    /** As {@code git} tells binary files: a NUL in the first 8,000 bytes. */
    private static final int LOOK = 8_000;

    /** Parts of the system: what looks like a secret in them is none of the image's. */
    private static final List<String> SYSTEM = List.of(
            "usr/share/",
            "usr/include/",
            "usr/lib",
            "usr/bin/",
            "usr/sbin/",
            "usr/games/",
            "usr/local/share/",
            "usr/local/include/",
            "usr/local/lib",
            "usr/local/bin/",
            "usr/local/sbin/",
            "usr/local/go/",
            "bin/",
            "sbin/",
            "lib/",
            "lib32/",
            "lib64/",
            "proc/",
            "sys/",
            "dev/",
            "boot/",
            "etc/ssl/certs/",
            "var/lib/dpkg/",
            "var/lib/apt/",
            "var/lib/rpm/",
            "var/cache/",
            "nix/store/",
            "opt/java/");

    /** Folders of dependencies, and of tests of both. */
    private static final Set<String> FOREIGN = Set.of(
            "node_modules",
            "site-packages",
            "dist-packages",
            "vendor",
            "gems",
            "__pycache__",
            "test",
            "tests",
            "testdata",
            "__tests__",
            "fixtures",
            "example",
            "examples",
            "spec",
            "specs");

    private static final List<String> FOREIGN_PATHS =
            List.of("/.m2/repository/", "/go/pkg/mod/", "/.cargo/registry/", "/.git/objects/", "/.git/hooks/");

    /** Endings of what holds no text, or text that is generated or meant for all. */
    private static final Set<String> OTHER_KINDS = Set.of(
            "md", "rst", "html", "htm", "css", "map", "svg", "po", "mo", "pyc", "class", "jar", "so", "lock", "sum",
            "png", "jpg", "jpeg", "gif", "ico", "woff", "woff2", "ttf", "pub", "crt", "sample");

    private static final Set<String> LOCK_FILES = Set.of("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml");

    private static final Set<String> ACCOUNTS = Set.of("etc/passwd", "etc/shadow", "etc/group");

    private record Seen(String path, SecretSearch.Hit hit) {}

    private final Map<String, List<Seen>> secrets = new HashMap<>();
    private final Map<String, Map<String, String>> accounts = new HashMap<>();
    private int hits;

    /** Whether the content of a file is needed. */
    public boolean wants(LayerEntry entry) {
        return entry.type() == EntryType.FILE && entry.size() <= MOST_BYTES && entry.size() > 0 && wants(entry.path());
    }

    /** Asked for each of 100,000 files: without regular expressions. */
    static boolean wants(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        String kind = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return ACCOUNTS.contains(path)
                || CredentialFile.isOne(path, name)
                || !OTHER_KINDS.contains(kind)
                        && !name.endsWith(".min.js")
                        && !LOCK_FILES.contains(name)
                        && !isOthers(path);
    }

    private static boolean isOthers(String path) {
        String rooted = "/" + path;
        int from = 1;
        for (int slash = rooted.indexOf('/', from); slash > 0; slash = rooted.indexOf('/', from)) {
            if (FOREIGN.contains(rooted.substring(from, slash))) {
                return true;
            }
            from = slash + 1;
        }
        return SYSTEM.stream().anyMatch(path::startsWith)
                || FOREIGN_PATHS.stream().anyMatch(rooted::contains);
    }

    /** Reads a file that is wanted. @param layer its layer's key */
    public void read(String layer, LayerEntry entry, byte[] content) {
        if (ACCOUNTS.contains(entry.path())) {
            accounts.computeIfAbsent(layer, key -> new HashMap<>())
                    .put(entry.path(), new String(content, StandardCharsets.UTF_8));
        } else if (hits < MOST_HITS) {
            for (SecretSearch.Hit hit : hits(entry.path(), content)) {
                secrets.computeIfAbsent(layer, key -> new ArrayList<>()).add(new Seen(entry.path(), hit));
                hits++;
            }
        }
    }

    private static List<SecretSearch.Hit> hits(String path, byte[] content) {
        if (CredentialFile.isKeyStore(path)) {
            return List.of(new SecretSearch.Hit("key store", 0));
        }
        for (int i = 0; i < Math.min(LOOK, content.length); i++) {
            if (content[i] == 0) {
                return List.of();
            }
        }
        String text = new String(content, StandardCharsets.UTF_8);
        Optional<SecretSearch.Hit> credential = CredentialFile.find(path, text);
        return credential.isPresent() ? List.of(credential.get()) : SecretSearch.in(path, text);
    }

    /** Secrets of all layers of an image: a file once, by the first layer that has it so. */
    List<Finding> secrets(List<ArchivedLayer> layers, LiveTree tree) {
        Map<String, Finding> all = new TreeMap<>();
        for (ArchivedLayer layer : layers) {
            for (Seen each : secrets.getOrDefault(layer.key(), List.of())) {
                Optional<LiveFile> live = tree.find(each.path());
                boolean stays = live.filter(file -> file.entry().isFile()).isPresent();
                String where = each.hit().line() > 0 ? " in line " + each.hit().line() : "";
                String evidence = each.hit().kind()
                        + where
                        + (stays ? "" : ": a later layer deletes the file, this one still carries it");
                Severity severity = each.hit().line() == 0 ? Severity.MEDIUM : Severity.HIGH;
                all.putIfAbsent(
                        each.path() + "\0" + each.hit(),
                        Finding.of(
                                        "secret-in-layer",
                                        severity,
                                        "No secrets in files of the image",
                                        evidence,
                                        "Keep it out of the build context (.dockerignore), mount it as a secret; change it, it is known by now")
                                .at("/" + each.path())
                                .in(layer.index()));
            }
        }
        return List.copyOf(all.values());
    }

    /** Secrets of a file system that is one layer, as a container's: without its number. */
    public List<Finding> secrets(String layer, LiveTree tree) {
        return secrets(List.of(new ArchivedLayer(0, layer, "", 0, Optional.empty())), tree).stream()
                .map(Finding::inNoLayer)
                .toList();
    }

    /** What of an account file the final image shows. */
    Optional<String> account(String path, List<ArchivedLayer> layers, LiveTree tree) {
        return tree.find(path)
                .map(live -> accounts.getOrDefault(layers.get(live.layer()).key(), Map.of()))
                .map(files -> files.getOrDefault(path, ""))
                .filter(text -> !text.isEmpty());
    }
}
