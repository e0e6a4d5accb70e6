import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Takes signatures out of jars: {@code java Unsign.java JAR…}. The JVM keeps no class of a signed jar in its cache, and
 * checks each when it loads it. What was fetched is held to its checksum by Maven before.
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
            }
        }
    }
}
