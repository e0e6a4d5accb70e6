package dev.millwright.docker.layers;

import java.util.Map;

/**
 * A package and what it takes: the bytes of its files where they are listed, else what its database says (Debian:
 * deb-control(5), Installed-Size in KiB; Alpine: apk-v2 installed, {@code I} in bytes).
 *
 * @param version may be empty, or several
 */
public record PackageSize(String version, long bytes) {
    private static final String DEBIAN = "var/lib/dpkg/status";
    private static final String DEBIAN_PARTS = "var/lib/dpkg/status.d/";

    static boolean isDatabase(String path) {
        return path.equals(DEBIAN) || path.startsWith(DEBIAN_PARTS) && !path.endsWith(".md5sums") || isAlpine(path);
    }

    private static boolean isAlpine(String path) {
        return path.equals("lib/apk/db/installed") || path.equals("usr/lib/apk/db/installed");
    }

    /** @param into by name, as {@link PackageFiles} names packages */
    static void read(String path, String text, Map<String, PackageSize> into) {
        boolean alpine = isAlpine(path);
        String name = "";
        String version = "";
        long bytes = 0;
        boolean installed = true;
        for (String line : (text + "\n\n").split("\n", -1)) {
            int colon = line.indexOf(':');
            String key = colon < 0 ? "" : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1).strip();
            if (line.isBlank()) {
                if (!name.isEmpty() && installed) {
                    into.put((alpine ? "apk:" : "deb:") + name, new PackageSize(version, bytes));
                }
                name = "";
                version = "";
                bytes = 0;
                installed = true;
            } else if (key.equals(alpine ? "P" : "Package")) {
                name = value;
            } else if (key.equals(alpine ? "V" : "Version")) {
                version = value;
            } else if (key.equals(alpine ? "I" : "Installed-Size") && value.matches("\\d{1,12}")) {
                bytes = Long.parseLong(value) * (alpine ? 1 : 1024);
            } else if (!alpine && key.equals("Status")) {
                installed = value.endsWith(" installed");
            }
        }
    }
}
