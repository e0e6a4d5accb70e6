package dev.millwright.docker.sbom;

import java.io.IOException;

/** {@code yarn.lock} of Yarn 1, a format of its own, and of Yarn 2 and later, YAML that keeps to the same lines. */
final class YarnLock {
    private YarnLock() {}

    static void read(SeenFile file, Found found) throws IOException {
        String name = "";
        String version = "";
        for (String line : (Iterable<String>) file.text(PackageReader.TEXT).lines()::iterator) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            } else if (line.charAt(0) != ' ') {
                add(name, version, found);
                name = line.endsWith(":") ? name(line.substring(0, line.length() - 1)) : "";
                version = "";
            } else if (line.startsWith("  version")) {
                version = unquoted(line.substring("  version".length()).replaceFirst("^:", ""));
            } else if (line.startsWith("  resolution:")) {
                // What it resolved to, under its real name; a workspace or link is the project's own.
                String resolution = unquoted(line.substring("  resolution:".length()));
                boolean own = resolution.contains("@workspace:")
                        || resolution.contains("@link:")
                        || resolution.contains("@portal:");
                name = own ? "" : name(resolution);
            }
        }
        add(name, version, found);
    }

    private static void add(String name, String version, Found found) {
        if (!name.isEmpty()) {
            NpmLock.add(name, version, found);
        }
    }

    /** Of {@code name@range}, the first of several: {@code "alias@npm:real@^1", other@2} is {@code real}. */
    private static String name(String patterns) {
        String first = unquoted(patterns.split(", ", 2)[0]);
        int alias = first.indexOf("@npm:");
        if (alias > 0) {
            String real = first.substring(alias + "@npm:".length());
            return real.indexOf('@', 1) > 0 ? real.substring(0, real.indexOf('@', 1)) : first.substring(0, alias);
        }
        int at = first.indexOf('@', 1);
        return at > 0 ? first.substring(0, at) : "";
    }

    private static String unquoted(String text) {
        return text.strip().replace("\"", "");
    }
}
