package dev.millwright.docker.posture;

import dev.millwright.docker.archive.LiveFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the files of the final image tell: left-over caches, files that belong to a workplace, accounts without password. */
final class FileFindings {
    private static final int MOST_NAMED = 10;

    /** Folders that package managers fill and nothing reads at run time, and how to keep each empty. */
    private static final Map<String, String> CACHES = new LinkedHashMap<>();

    static {
        CACHES.put("var/lib/apt/lists/", "rm -rf /var/lib/apt/lists/* in the same RUN");
        CACHES.put("var/cache/apt/", "apt-get clean in the same RUN");
        CACHES.put("var/cache/apk/", "apk add --no-cache");
        CACHES.put("etc/apk/cache/", "apk add --no-cache");
        CACHES.put("var/cache/yum/", "yum clean all in the same RUN");
        CACHES.put("var/cache/dnf/", "dnf clean all in the same RUN");
        CACHES.put("var/cache/zypp/", "zypper clean --all in the same RUN");
        CACHES.put("var/cache/pacman/pkg/", "pacman -Scc in the same RUN");
        CACHES.put("root/.cache/pip/", "pip install --no-cache-dir");
        CACHES.put("root/.npm/_cacache/", "npm cache clean --force in the same RUN");
        CACHES.put("usr/local/share/.cache/yarn/", "yarn cache clean in the same RUN");
        CACHES.put("root/.m2/repository/", "RUN --mount=type=cache,target=/root/.m2");
        CACHES.put("root/.gradle/caches/", "RUN --mount=type=cache,target=/root/.gradle");
        CACHES.put("root/.composer/cache/", "composer install --no-cache");
        CACHES.put("root/.cargo/registry/", "RUN --mount=type=cache,target=/root/.cargo/registry");
        CACHES.put("root/go/pkg/mod/cache/", "RUN --mount=type=cache,target=/root/go/pkg/mod");
    }

    /** Below so many bytes it is a lock or an index, and not worth a word. */
    private static final long SMALL = 64 << 10;

    /** As dockle's DKL-LI-0003 names them. */
    private static final Set<String> WORKPLACE_FOLDERS = Set.of(".git", ".vscode", ".idea", ".svn", ".hg", ".aws");

    private static final Set<String> WORKPLACE_FILES = Set.of(
            "Dockerfile", "docker-compose.yml", "docker-compose.yaml", "compose.yaml", ".dockerignore", "Vagrantfile");

    private FileFindings() {}

    static List<Finding> of(List<LiveFile> files) {
        List<Finding> found = new ArrayList<>(caches(files));
        Set<String> workplace = new TreeSet<>();
        for (LiveFile each : files) {
            String path = each.path();
            if (isOthers(path)) {
                continue;
            } else if (each.entry().isFile() && WORKPLACE_FILES.contains(path.substring(path.lastIndexOf('/') + 1))) {
                workplace.add("/" + path);
            }
            int from = 0;
            for (String part : path.split("/")) {
                from += part.length() + 1;
                if (WORKPLACE_FOLDERS.contains(part) && from <= path.length()) {
                    workplace.add("/" + path.substring(0, from - 1));
                    break;
                }
            }
        }
        if (!workplace.isEmpty()) {
            found.add(Finding.of(
                    "workplace-files",
                    Severity.LOW,
                    "No files of a workplace in the image",
                    named(workplace),
                    "Name them in .dockerignore"));
        }
        return found;
    }

    private static boolean isOthers(String path) {
        return path.startsWith("usr/share/")
                || path.startsWith("usr/lib/")
                || path.contains("node_modules/")
                || path.contains("site-packages/")
                || path.contains("/vendor/");
    }

    private static List<Finding> caches(List<LiveFile> files) {
        Map<String, Long> sizes = new LinkedHashMap<>();
        for (LiveFile each : files) {
            for (String cache : CACHES.keySet()) {
                if (each.entry().isFile() && each.path().startsWith(cache)) {
                    sizes.merge(cache, each.entry().size(), Long::sum);
                }
            }
        }
        List<Finding> found = new ArrayList<>();
        sizes.forEach((cache, bytes) -> {
            if (bytes >= SMALL) {
                found.add(Finding.of(
                                "package-cache",
                                Severity.LOW,
                                "No caches of package managers",
                                "%.1f MB in /%s".formatted(bytes / 1e6, cache),
                                CACHES.get(cache))
                        .at("/" + cache));
            }
        });
        return found;
    }

    /** Of {@code etc/passwd} and {@code etc/shadow}: whose password is empty. Of the first and of groups: numbers that two have. */
    static List<Finding> accounts(String path, String text) {
        boolean shadow = path.endsWith("shadow");
        Set<String> open = new TreeSet<>();
        Set<String> hashed = new TreeSet<>();
        Map<String, Set<String>> byNumber = new TreeMap<>();
        for (String line : (Iterable<String>) text.lines()::iterator) {
            String[] fields = line.split(":", -1);
            if (fields.length < 4 || fields[0].isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (fields[1].isEmpty() && !path.endsWith("group")) {
                open.add(fields[0]);
            } else if (shadow && fields[1].startsWith("$")) {
                hashed.add(fields[0]);
            }
            if (!shadow && fields[2].matches("\\d{1,10}")) {
                byNumber.computeIfAbsent(fields[2], key -> new TreeSet<>()).add(fields[0]);
            }
        }
        List<Finding> found = new ArrayList<>();
        if (!open.isEmpty()) {
            found.add(Finding.of(
                            "empty-password",
                            Severity.HIGH,
                            "No account without password",
                            named(open),
                            "passwd -l NAME, or * as its password")
                    .at("/" + path));
        }
        if (!hashed.isEmpty()) {
            found.add(Finding.of(
                            "password-hash",
                            Severity.MEDIUM,
                            "No passwords in the image",
                            "those of " + named(hashed) + " can be tried out by all who have it",
                            "passwd -l NAME")
                    .at("/" + path));
        }
        boolean groups = path.endsWith("group");
        byNumber.forEach((number, names) -> {
            if (names.size() > 1) {
                found.add(Finding.of(
                                groups ? "duplicate-gid" : "duplicate-uid",
                                number.matches("0+") ? Severity.HIGH : Severity.LOW,
                                "Each number is one " + (groups ? "group" : "account"),
                                named(names) + " share " + number,
                                "Give each a number of its own")
                        .at("/" + path));
            }
        });
        return found;
    }

    private static String named(Set<String> names) {
        List<String> first = names.stream().limit(MOST_NAMED).toList();
        return String.join(", ", first)
                + (names.size() > MOST_NAMED ? " and " + (names.size() - MOST_NAMED) + " more" : "");
    }
}
