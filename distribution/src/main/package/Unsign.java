import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * Takes signatures out of jars: {@code java Unsign.java JAR…}. The JVM keeps no class of a signed jar in its cache, and
 * checks each when it loads it. What was fetched is held to its checksum by Maven before. The checksums that the signatures were of go as
 * well: thousands of lines, which every start would read and keep.
 */
final class Unsign {
    private Unsign() {}

    public static void main(String[] jars) throws IOException {
        for (String jar : jars) {
            try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + Path.of(jar).toUri()), Map.of());
                    Stream<Path> entries = Files.exists(zip.getPath("META-INF"))
                            ? Files.list(zip.getPath("META-INF"))
                            : Stream.empty()) {
                List<Path> signatures = entries.filter(entry -> entry.toString().matches(".*\\.(SF|RSA|DSA|EC)"))
                        .toList();
                for (Path signature : signatures) {
                    Files.delete(signature);
                }
                dropChecksums(zip.getPath("META-INF", "MANIFEST.MF"));
            }
        }
    }

    private static void dropChecksums(Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        Manifest manifest;
        try (InputStream in = Files.newInputStream(file)) {
            manifest = new Manifest(in);
        }
        if (manifest.getEntries().values().removeIf(Unsign::isChecksum)) {
            FileTime time = Files.getLastModifiedTime(file);
            try (OutputStream out = Files.newOutputStream(file)) {
                manifest.write(out);
            }
            // The same jar every time.
            Files.setLastModifiedTime(file, time);
        }
    }

    private static boolean isChecksum(Attributes entry) {
        return entry.keySet().stream().allMatch(name -> name.toString().endsWith("-Digest"));
    }
}
