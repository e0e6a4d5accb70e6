package dev.millwright.docker.sbom;

import dev.millwright.docker.sbom.Component.Distro;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The distribution's name and release: os-release(5), and what stood in its place before there was one. */
final class OsRelease implements PackageReader {
    private static final Pattern RED_HAT = Pattern.compile("^(\\w+)[^\\n]{0,80}? release (\\d+(?:\\.\\d+)*)");

    /** How often each may be in the way of a better one: lower is better. */
    private static final Map<String, Integer> FILES = Map.of(
            "etc/os-release", 0,
            "usr/lib/os-release", 1,
            "etc/alpine-release", 2,
            "etc/redhat-release", 3,
            "etc/debian_version", 4);

    /** Of several files of one image, the lowest counts. */
    static int rank(String path) {
        return FILES.getOrDefault(path, FILES.size());
    }

    @Override
    public boolean wants(String path) {
        return FILES.containsKey(path);
    }

    @Override
    public void read(SeenFile file, Found found) throws IOException {
        String text = file.text(64 << 10).strip();
        Matcher redHat = RED_HAT.matcher(text);
        switch (file.name()) {
            case "alpine-release" -> number(text, "alpine", found);
            case "debian_version" -> number(text, "debian", found);
            case "redhat-release" -> {
                if (redHat.find()) {
                    String first = redHat.group(1).toLowerCase(Locale.ROOT);
                    found.isOf(new Distro(first.equals("red") ? "rhel" : first, redHat.group(2)));
                }
            }
            default -> {
                Map<String, String> values = values(text);
                String id = values.getOrDefault("ID", "linux");
                found.isOf(new Distro(id, values.getOrDefault("VERSION_ID", "")));
            }
        }
    }

    private static void number(String text, String id, Found found) {
        if (text.matches("\\d[\\w.]{0,20}")) {
            found.isOf(new Distro(id, text));
        }
    }

    /** Of {@code NAME=value} lines as a shell reads them: quotes go, a backslash keeps what follows it. */
    static Map<String, String> values(String text) {
        Map<String, String> values = new TreeMap<>();
        text.lines().map(String::strip).filter(line -> !line.startsWith("#")).forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                String value = line.substring(equals + 1);
                char first = value.isEmpty() ? ' ' : value.charAt(0);
                if (value.length() > 1 && (first == '"' || first == '\'') && value.endsWith("" + first)) {
                    value = value.substring(1, value.length() - 1);
                }
                values.put(line.substring(0, equals), value.replaceAll("\\\\(.)", "$1"));
            }
        });
        return values;
    }
}
