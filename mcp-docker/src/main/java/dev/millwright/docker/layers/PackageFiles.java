package dev.millwright.docker.layers;

import dev.millwright.docker.archive.EntryPath;
import dev.millwright.tool.ToolException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which package brought a file: by the lists of dpkg, apk and pip (RECORD), else by the folder of a Node or Python package
 * that it lies in. Packages are named as purl types them: {@code deb:curl}, {@code npm:@scope/name}.
 */
final class PackageFiles {
    /** Of one list; apk's of all packages is the longest. */
    static final int MOST_LIST = 32 << 20;

    private static final int MOST_FILES = 2_000_000;

    private static final Pattern DEBIAN =
            Pattern.compile("var/lib/dpkg/(?:info/([^:]+)(?::.+)?\\.list|status\\.d/(.+)\\.md5sums)");
    private static final Set<String> ALPINE = Set.of("lib/apk/db/installed", "usr/lib/apk/db/installed");
    private static final String RECORD = ".dist-info/RECORD";

    private static final String NODE = "node_modules/";
    private static final String PYTHON = "-packages/";

    /** Where merged systems have what lists put into the root (Debian: UsrMerge). */
    private static final Pattern MERGED = Pattern.compile("(?:s?bin|lib(?:32|64|x32)?)/.*");

    /** Of a digest and the two spaces behind it. */
    private static final int MD5 = 34;

    private final Map<String, String> owners = new HashMap<>();

    static boolean isList(String path) {
        return path.endsWith(RECORD)
                || ALPINE.contains(path)
                || path.startsWith("var/lib/dpkg/") && DEBIAN.matcher(path).matches();
    }

    /** @param text of a list */
    void read(String path, String text) {
        Matcher debian = DEBIAN.matcher(path);
        if (ALPINE.contains(path)) {
            alpine(text);
        } else if (path.endsWith(RECORD)) {
            int name = path.lastIndexOf('/', path.length() - RECORD.length()) + 1;
            String owner = pypi(path.substring(name));
            text.lines()
                    .filter(each -> !each.startsWith("/"))
                    .forEach(each -> owns(owner, path.substring(0, name) + first(each)));
        } else if (debian.matches() && debian.group(1) != null) {
            text.lines().forEach(each -> owns("deb:" + debian.group(1), each));
        } else if (debian.matches()) {
            text.lines()
                    .filter(each -> each.length() > MD5)
                    .forEach(each -> owns("deb:" + debian.group(2), each.substring(MD5)));
        }
    }

    private void alpine(String text) {
        String name = "";
        String folder = "";
        for (String line : (Iterable<String>) text.lines()::iterator) {
            String value = line.substring(Math.min(2, line.length()));
            if (line.startsWith("P:")) {
                name = "apk:" + value;
            } else if (line.startsWith("F:")) {
                folder = value;
            } else if (line.startsWith("R:")) {
                owns(name, folder + "/" + value);
            }
        }
    }

    /** Of a line of comma-separated values. */
    private static String first(String line) {
        boolean quoted = line.startsWith("\"");
        int end = quoted ? line.indexOf('"', 1) : line.indexOf(',');
        return line.substring(quoted ? 1 : 0, end < 0 ? line.length() : end);
    }

    /** Where two say so it is the first by name, whatever the order of layers. */
    private void owns(String name, String path) {
        owners.merge(EntryPath.rooted(path), name, (one, other) -> one.compareTo(other) <= 0 ? one : other);
        if (owners.size() > MOST_FILES) {
            throw ToolException.limit("the packages of the image list more than %,d files".formatted(MOST_FILES));
        }
    }

    /** @param path without a slash in front */
    Optional<String> owner(String path) {
        return listed(path)
                .or(() -> MERGED.matcher(path).matches() ? listed("usr/" + path) : Optional.empty())
                .or(() -> path.startsWith("usr/")
                                && MERGED.matcher(path.substring(4)).matches()
                        ? listed(path.substring(4))
                        : Optional.empty())
                .or(() -> node(path))
                .or(() -> python(path));
    }

    private Optional<String> listed(String path) {
        return Optional.ofNullable(owners.get(path));
    }

    /** The innermost; {@code .bin} and the like are no packages. */
    private static Optional<String> node(String path) {
        int at = path.lastIndexOf(NODE);
        if (at < 0 || at > 0 && path.charAt(at - 1) != '/' || path.startsWith(".", at + NODE.length())) {
            return Optional.empty();
        }
        int start = at + NODE.length();
        int end = path.indexOf('/', start);
        if (end > 0 && path.startsWith("@", start)) {
            end = path.indexOf('/', end + 1);
        }
        return end < 0 ? Optional.empty() : Optional.of("npm:" + path.substring(start, end));
    }

    /** The package whose {@code package.json} that is. */
    static Optional<String> manifest(String path) {
        return node(path).filter(each -> path.endsWith(NODE + each.substring("npm:".length()) + "/package.json"));
    }

    private static Optional<String> python(String path) {
        int at = path.lastIndexOf(PYTHON);
        if (at < 0 || !path.startsWith("site", at - 4) && !path.startsWith("dist", at - 4)) {
            return Optional.empty();
        }
        String part = path.substring(at + PYTHON.length());
        return part.startsWith("__pycache__/") || part.startsWith(".") || part.isEmpty()
                ? Optional.empty()
                : Optional.of(pypi(part));
    }

    /** @param path of a package's folder or single module; the name as PyPI compares it: PEP 503 */
    private static String pypi(String path) {
        String first = path.substring(0, path.indexOf('/') < 0 ? path.length() : path.indexOf('/'));
        int end = first.matches(".*\\.(dist-info|egg-info|data|egg)")
                ? first.indexOf('-')
                : path.equals(first) ? first.indexOf('.') : first.length();
        return "pypi:"
                + first.substring(0, end < 0 ? first.length() : end)
                        .replaceAll("[-_.]+", "-")
                        .toLowerCase(Locale.ROOT);
    }
}
