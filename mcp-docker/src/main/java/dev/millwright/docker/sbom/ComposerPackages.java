package dev.millwright.docker.sbom;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** PHP's packages: {@code vendor/composer/installed.json} of Composer 1 and 2, and {@code composer.lock}. */
final class ComposerPackages implements PackageReader {
    private final boolean lock;

    /** @param lock whether lock files are read; else what is installed */
    ComposerPackages(boolean lock) {
        this.lock = lock;
    }

    @Override
    public boolean wants(String path) {
        return lock
                ? path.equals("composer.lock") || path.endsWith("/composer.lock")
                : path.endsWith("vendor/composer/installed.json");
    }

    @Override
    public void read(SeenFile file, Found found) throws IOException {
        JsonNode json = LooseJson.any(file.bytes(TREE));
        if (json.isArray()) {
            json.forEach(each -> add(each, found));
        } else if (json.path("packages").isArray()) {
            json.path("packages").forEach(each -> add(each, found));
            json.path("packages-dev").forEach(each -> add(each, found));
        } else {
            throw new IOException("it has no list of packages");
        }
    }

    private static void add(JsonNode each, Found found) {
        String name = each.path("name").asText();
        int slash = name.indexOf('/');
        String version = each.path("version").asText();
        if (slash < 1 || version.isEmpty()) {
            found.problem("a package in it has no vendor, name or version");
            return;
        }
        List<String> licences = new ArrayList<>();
        each.path("license").forEach(licence -> licences.add(licence.asText()));
        found.add(Component.of(Ecosystem.COMPOSER, name.substring(0, slash), name.substring(slash + 1), version)
                .licensed(licences));
    }
}
