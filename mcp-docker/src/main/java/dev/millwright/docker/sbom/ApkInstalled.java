package dev.millwright.docker.sbom;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Alpine's packages, as apk-tools keeps them: paragraphs of one-letter fields, {@code P:} name, {@code V:} version. */
final class ApkInstalled implements PackageReader {
    private static final Set<String> FILES = Set.of("lib/apk/db/installed", "usr/lib/apk/db/installed");

    @Override
    public boolean wants(String path) {
        return FILES.contains(path);
    }

    @Override
    public void read(SeenFile file, Found found) throws IOException {
        Map<Character, String> fields = new HashMap<>();
        String folder = "";
        for (String line : (Iterable<String>) file.text(TEXT).lines()::iterator) {
            if (line.isBlank()) {
                add(fields, found);
                fields.clear();
            } else if (line.length() > 2 && line.charAt(1) == ':') {
                String value = line.substring(2);
                switch (line.charAt(0)) {
                    case 'F' -> folder = value;
                    case 'R' -> found.owns(folder + "/" + value);
                    default -> fields.putIfAbsent(line.charAt(0), value);
                }
            } else if (line.length() < 2 || line.charAt(1) != ':') {
                found.problem("a line in it is no field");
            }
        }
        add(fields, found);
    }

    private static void add(Map<Character, String> fields, Found found) {
        String name = fields.getOrDefault('P', "");
        String version = fields.getOrDefault('V', "");
        if (fields.isEmpty()) {
            return;
        } else if (name.isEmpty() || version.isEmpty()) {
            found.problem("a paragraph in it has no package or version");
            return;
        }
        Component component =
                Component.of(Ecosystem.APK, "", name, version).builtFrom(fields.getOrDefault('o', name), version);
        found.add(fields.containsKey('L') ? component.licensed(List.of(fields.get('L'))) : component);
    }
}
