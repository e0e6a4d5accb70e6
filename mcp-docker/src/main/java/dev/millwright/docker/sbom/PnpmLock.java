package dev.millwright.docker.sbom;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code pnpm-lock.yaml}. What is needed are the keys of {@code packages}: {@code /name/1.0.0_peers} in format 5,
 * {@code /name@1.0.0(peers)} in 6, {@code name@1.0.0} in 9.
 */
final class PnpmLock {
    private static final Pattern KEY = Pattern.compile("  ['\"]?(?<key>[^\\s'\"].*?)['\"]?: *(?:\\{.*)?");
    private static final Pattern SLASHED =
            Pattern.compile("/(?<name>(?:@[^/@]+/)?[^/@]+)/(?<version>\\d[^/_(]*)(?:[_(].*)?");
    private static final Pattern AT =
            Pattern.compile("/?(?<name>(?:@[^/@]+/)?[^/@]+)@(?<version>\\d[^/(_]*)(?:[_(].*)?");

    private PnpmLock() {}

    static void read(SeenFile file, Found found) throws IOException {
        boolean packages = false;
        boolean locked = false;
        for (String line : (Iterable<String>) file.text(PackageReader.TEXT).lines()::iterator) {
            if (line.isBlank()) {
                continue;
            } else if (line.charAt(0) != ' ') {
                packages = line.startsWith("packages:");
                locked |= line.startsWith("lockfileVersion:");
            } else if (packages) {
                Matcher key = KEY.matcher(line);
                if (key.matches()) {
                    add(key.group("key"), found);
                }
            }
        }
        if (!locked) {
            throw new IOException("it does not say its lockfileVersion");
        }
    }

    private static void add(String key, Found found) {
        Matcher at = AT.matcher(key);
        Matcher slashed = SLASHED.matcher(key);
        if (at.matches()) {
            NpmLock.add(at.group("name"), at.group("version"), found);
        } else if (slashed.matches()) {
            NpmLock.add(slashed.group("name"), slashed.group("version"), found);
        }
    }
}
