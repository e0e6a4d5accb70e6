package dev.millwright.docker.sbom;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bundler's {@code Gemfile.lock}: what the section {@code GEM} resolved. */
final class GemfileLock {
    /** {@code name (1.2.3-x86_64-linux)}: a version has no dash, what follows one is the platform. */
    private static final Pattern GEM = Pattern.compile("    (\\S+) \\(([^)\\s-]+)(?:-[^)]*)?\\)!?");

    private GemfileLock() {}

    static void read(SeenFile file, Found found) throws IOException {
        String section = "";
        Set<String> sections = new HashSet<>();
        for (String line : (Iterable<String>) file.text(PackageReader.TEXT).lines()::iterator) {
            Matcher gem = GEM.matcher(line);
            if (!line.isEmpty() && line.charAt(0) != ' ') {
                section = line.strip();
                sections.add(section);
            } else if (section.equals("GEM") && gem.matches()) {
                found.add(Ecosystem.GEM, "", gem.group(1), gem.group(2));
            }
        }
        if (!sections.contains("GEM")) {
            throw new IOException("it has no section GEM");
        }
    }
}
