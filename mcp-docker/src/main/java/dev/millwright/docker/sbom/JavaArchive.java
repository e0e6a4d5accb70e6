package dev.millwright.docker.sbom;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Java archives, in one pass and with little memory: the {@code pom.properties} that Maven leaves in them, else their
 * manifest and name; and the archives inside of them.
 */
final class JavaArchive implements PackageReader {
    private static final Set<String> ARCHIVES = Set.of("jar", "war", "ear", "rar", "hpi", "jpi");
    private static final Pattern POM = Pattern.compile("META-INF/maven/[^/]+/[^/]+/pom\\.properties");
    private static final Pattern NAMED = Pattern.compile("(.+?)-(\\d[\\w.+-]*)\\.\\w+");

    /** Of one file, with all archives in it: what a bomb may cost. Fat archives have 300 MB. */
    static final long MOST_UNPACKED = 1L << 30;

    private static final int MOST_ENTRIES = 200_000;
    private static final int DEEPEST = 3;
    private static final int LONGEST_NAME = 255;
    private static final int MOST_PROPERTIES = 64 << 10;
    private static final int MOST_MANIFEST = 4 << 20;

    private final long mostUnpacked;

    /** @param mostUnpacked bytes, see {@link #MOST_UNPACKED} */
    JavaArchive(long mostUnpacked) {
        this.mostUnpacked = mostUnpacked;
    }

    @Override
    public boolean wants(String path) {
        return ARCHIVES.contains(path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    @Override
    public void read(SeenFile file, Found found) throws IOException {
        new Unpacking(found).archive(file.content(), file.path(), 0);
    }

    private final class Unpacking {
        private final Found found;
        private long unpacked;
        private int entries;

        Unpacking(Found found) {
            this.found = found;
        }

        void archive(InputStream content, String path, int depth) throws IOException {
            List<Component> packages = new ArrayList<>();
            Attributes manifest = new Attributes();
            ZipInputStream zip = new ZipInputStream(content);
            int before = entries;
            try {
                for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    String name = entry.getName();
                    InputStream counted = counted(zip);
                    if (++entries > MOST_ENTRIES) {
                        throw new IOException("it has more than " + MOST_ENTRIES + " entries");
                    } else if (POM.matcher(name).matches()) {
                        properties(counted.readNBytes(MOST_PROPERTIES), packages);
                    } else if (name.equalsIgnoreCase("META-INF/MANIFEST.MF")) {
                        manifest = manifest(counted.readNBytes(MOST_MANIFEST));
                    } else if (!entry.isDirectory() && wants(name)) {
                        inner(counted, path + "!/" + name, depth);
                    }
                    counted.transferTo(OutputStream.nullOutputStream());
                }
                if (entries == before) {
                    found.problem(path + " is no archive, or empty");
                }
            } finally {
                if (packages.isEmpty()) {
                    named(path, manifest, packages);
                }
                packages.forEach(each -> found.add(each, path));
            }
        }

        private void inner(InputStream content, String path, int depth) {
            if (depth == DEEPEST) {
                found.problem(path + " is too deep inside of other archives");
                return;
            }
            try {
                archive(content, path, depth + 1);
            } catch (IOException | IllegalArgumentException e) {
                if (unpacked > mostUnpacked || entries > MOST_ENTRIES) {
                    throw new UncheckedIOException(new IOException(e.getMessage(), e));
                }
                found.problem(path + " could not be read: " + e.getMessage());
            }
        }

        /** Closing it leaves the archive open; all that is unpacked through it counts. */
        private InputStream counted(InputStream zip) {
            return new FilterInputStream(zip) {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    int read = super.read(into, offset, length);
                    unpacked += Math.max(read, 0);
                    if (unpacked > mostUnpacked) {
                        throw new IOException("it unpacks to more than " + mostUnpacked + " bytes");
                    }
                    return read;
                }

                @Override
                public void close() {}
            };
        }
    }

    private static void properties(byte[] bytes, List<Component> packages) throws IOException {
        Properties properties = new Properties();
        properties.load(new ByteArrayInputStream(bytes));
        String group = properties.getProperty("groupId", "").strip();
        String artifact = properties.getProperty("artifactId", "").strip();
        String version = properties.getProperty("version", "").strip();
        if (!group.isEmpty() && !artifact.isEmpty() && !version.isEmpty() && !version.contains("${")) {
            packages.add(Component.of(Ecosystem.MAVEN, group, artifact, version));
        }
    }

    private static Attributes manifest(byte[] bytes) {
        try {
            return new Manifest(new ByteArrayInputStream(bytes)).getMainAttributes();
        } catch (IOException | IllegalArgumentException e) {
            return new Attributes(); // its name still tells
        }
    }

    /** Without Maven's word: name and version of the file, else of the manifest; the group as bundles are named by it. */
    private static void named(String path, Attributes manifest, List<Component> packages) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        Matcher named = NAMED.matcher(file.length() > LONGEST_NAME ? "" : file);
        String bundle =
                value(manifest, "Bundle-SymbolicName").replaceFirst(";.*", "").strip();
        String artifact = named.matches() ? named.group(1) : value(manifest, "Implementation-Title");
        String version = named.matches()
                ? named.group(2)
                : first(value(manifest, "Implementation-Version"), value(manifest, "Bundle-Version"));
        if (artifact.isBlank() || artifact.contains(" ") || version.isBlank() || version.contains(" ")) {
            return; // an archive of classes that nobody released
        }
        String group = first(
                value(manifest, "Implementation-Vendor-Id"),
                group(first(bundle, value(manifest, "Automatic-Module-Name")), artifact));
        packages.add(Component.of(Ecosystem.MAVEN, group, artifact, version));
    }

    /** {@code org.slf4j.api} of {@code slf4j-api} is {@code org.slf4j}: the artifact's name, or its last word, goes. */
    private static String group(String module, String artifact) {
        for (String tail : List.of(artifact, artifact.substring(artifact.lastIndexOf('-') + 1))) {
            if (module.toLowerCase(Locale.ROOT).endsWith("." + tail.toLowerCase(Locale.ROOT))) {
                return module.substring(0, module.length() - tail.length() - 1);
            }
        }
        return module;
    }

    private static String value(Attributes manifest, String name) {
        String value = manifest.getValue(name);
        return value == null ? "" : value;
    }

    private static String first(String one, String other) {
        return one.isBlank() ? other : one;
    }
}
