package dev.millwright.docker.sbom;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** A Python package that is installed: a wheel's METADATA, an egg's PKG-INFO, or distutils' single egg-info file. */
final class PythonPackage implements PackageReader {
    private static final Pattern PATH =
            Pattern.compile("(?:.*/)?(?:[^/]+\\.dist-info/METADATA|[^/]+\\.egg-info(?:/PKG-INFO)?|EGG-INFO/PKG-INFO)");
    private static final Pattern SEPARATORS = Pattern.compile("[-_.]+");

    @Override
    public boolean wants(String path) {
        return (path.endsWith("METADATA") || path.endsWith("PKG-INFO") || path.endsWith(".egg-info"))
                && PATH.matcher(path).matches();
    }

    @Override
    public void read(SeenFile file, Found found) throws IOException {
        List<Map<String, String>> paragraphs = Paragraphs.of(file.text(8 << 20));
        Map<String, String> fields = paragraphs.isEmpty() ? Map.of() : paragraphs.getFirst();
        String name = fields.getOrDefault("name", "");
        String version = fields.getOrDefault("version", "");
        if (name.isEmpty() || version.isEmpty()) {
            throw new IOException("it has no name or version");
        }
        String licence = fields.getOrDefault("license-expression", fields.getOrDefault("license", ""));
        Component component = Component.of(Ecosystem.PYPI, "", normal(name), version);
        found.add(
                licence.isEmpty() || licence.equals("UNKNOWN") || licence.length() > 100
                        ? component
                        : component.licensed(List.of(licence)));
    }

    /** As PyPI compares names: PEP 503. */
    static String normal(String name) {
        return SEPARATORS.matcher(name).replaceAll("-").toLowerCase(Locale.ROOT);
    }
}
