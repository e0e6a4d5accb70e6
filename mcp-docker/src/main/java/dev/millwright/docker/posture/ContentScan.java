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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

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

    /** Parts of the system, dependencies, and tests of both: what looks like a secret in them is none of the image's. */
    private static final Pattern OTHERS = Pattern.compile(
            "(?:usr/(?:local/)?(?:share|include|lib\\w*|s?bin|libexec|games)|s?bin|lib\\w*|proc|sys|dev|boot|etc/ssl/certs|var/(?:lib/(?:dpkg|apt|rpm)|cache)|nix/store|usr/lib/jvm|opt/java)/.*"
                    + "|(?:.*/)?(?:node_modules|site-packages|dist-packages|vendor|\\.m2/repository|go/pkg/mod|\\.cargo/registry|gems|__pycache__|tests?|testdata|__tests__|fixtures|examples?|specs?|\\.git/(?:objects|hooks))/.*");

    private static final Pattern OTHER_KINDS = Pattern.compile(
            "(?i).*(?:\\.(?:md|rst|html?|css|map|min\\.js|svg|po|mo|pyc|class|jar|so|lock|sum|png|jpe?g|gif|ico|woff2?|ttf|pub|crt|sample)|package-lock\\.json|pnpm-lock\\.yaml)");

    private static final Set<String> ACCOUNTS = Set.of("etc/passwd", "etc/shadow", "etc/group");

    private record Seen(String path, SecretSearch.Hit hit) {}

    private final Map<String, List<Seen>> secrets = new HashMap<>();
    private final Map<String, Map<String, String>> accounts = new HashMap<>();
    private int hits;

    /** Whether the content of a file is needed. */
    public boolean wants(LayerEntry entry) {
        return entry.type() == EntryType.FILE && entry.size() <= MOST_BYTES && entry.size() > 0 && wants(entry.path());
    }

    static boolean wants(String path) {
        return ACCOUNTS.contains(path)
                || CredentialFile.isOne(path)
                || !OTHERS.matcher(path).matches() && !OTHER_KINDS.matcher(path).matches();
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

    /** What of an account file the final image shows. */
    Optional<String> account(String path, List<ArchivedLayer> layers, LiveTree tree) {
        return tree.find(path)
                .map(live -> accounts.getOrDefault(layers.get(live.layer()).key(), Map.of()))
                .map(files -> files.getOrDefault(path, ""))
                .filter(text -> !text.isEmpty());
    }
}
