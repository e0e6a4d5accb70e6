package dev.millwright.docker.sbom;

import java.io.IOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Debian's packages: {@code var/lib/dpkg/status}, one file each in {@code status.d} as distroless images have it, and
 * the lists of the files they brought.
 */
final class DpkgStatus implements PackageReader {
    private static final String HOME = "var/lib/dpkg/";
    private static final Pattern SOURCE = Pattern.compile("(\\S+)(?:\\s+\\((\\S+)\\))?");

    /** A binary's version may end in the number of a rebuild that its source does not have: deb-version(7). */
    private static final Pattern REBUILD = Pattern.compile("\\+b\\d+$");

    @Override
    public boolean wants(String path) {
        return path.startsWith(HOME)
                && (path.equals(HOME + "status")
                        || path.startsWith(HOME + "status.d/")
                        || path.startsWith(HOME + "info/") && path.endsWith(".list"));
    }

    @Override
    public void read(SeenFile file, Found found) throws IOException {
        String text = file.text(TEXT);
        if (file.path().endsWith(".list")) {
            text.lines().forEach(found::owns);
        } else if (file.path().endsWith(".md5sums")) {
            text.lines().filter(line -> line.length() > 34).forEach(line -> found.owns(line.substring(34)));
        } else {
            Paragraphs.of(text).forEach(paragraph -> add(paragraph, found));
        }
    }

    /** Only what is installed: {@code deinstall ok config-files} has left nothing but its configuration. */
    private static void add(Map<String, String> paragraph, Found found) {
        String name = paragraph.getOrDefault("package", "");
        String version = paragraph.getOrDefault("version", "");
        String status = paragraph.getOrDefault("status", "install ok installed");
        if (!status.endsWith(" installed")) {
            return;
        } else if (name.isEmpty() || version.isEmpty()) {
            found.problem("a paragraph in it has no package or version");
            return;
        }
        String source = name;
        String sourceVersion = REBUILD.matcher(version).replaceFirst("");
        Matcher told = SOURCE.matcher(paragraph.getOrDefault("source", ""));
        if (told.lookingAt()) {
            source = told.group(1);
            sourceVersion = told.group(2) == null ? sourceVersion : told.group(2);
        }
        found.add(Component.of(Ecosystem.DEB, "", name, version).builtFrom(source, sourceVersion));
    }
}
