package dev.millwright.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cache of loaded classes: used where it fits, and never when something else was put beneath it. */
class CacheIT {
    private static final String USED = "-XX:AOTMode=on";

    @TempDir
    Path folder;

    private Path copy;

    @BeforeEach
    void copyTheDistribution() throws Exception {
        copy = folder.resolve("copy");
        Process process = new ProcessBuilder("cp", "-a", Packaged.home().toString(), copy.toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    private Packaged.Ended version(String... options) throws IOException, InterruptedException {
        Map<String, String> environment =
                options.length == 0 ? Map.of() : Map.of("JDK_JAVA_OPTIONS", String.join(" ", options));
        return Packaged.run(
                folder,
                "",
                environment,
                List.of(copy.resolve("bin").resolve("millwright").toString(), "version"));
    }

    private Path launcherJar() throws IOException {
        try (Stream<Path> jars = Files.list(copy.resolve("lib"))) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith("millwright-launcher"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Puts another version in: the same size, the same times, stored so that nothing else moves. */
    private void replaceTheLauncher() throws IOException {
        Path jar = launcherJar();
        FileTime time = Files.getLastModifiedTime(jar);
        Path plain = folder.resolve("plain.jar");
        rewrite(jar, plain, "0.1.0", "0.1.0");
        Files.copy(plain, jar, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Path other = folder.resolve("other.jar");
        rewrite(jar, other, "Implementation-Version: 0.1.0", "Implementation-Version: 9.9.9");
        try (OutputStream out = Files.newOutputStream(jar)) {
            Files.copy(other, out);
        }
        Files.setLastModifiedTime(jar, time);
    }

    private static void rewrite(Path from, Path to, String old, String fresh) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(from));
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] bytes = in.readAllBytes();
                if (entry.getName().equals("META-INF/MANIFEST.MF")) {
                    bytes = new String(bytes, StandardCharsets.UTF_8)
                            .replace(old, fresh)
                            .getBytes(StandardCharsets.UTF_8);
                }
                ZipEntry stored = new ZipEntry(entry.getName());
                stored.setMethod(ZipEntry.STORED);
                stored.setSize(bytes.length);
                CRC32 crc = new CRC32();
                crc.update(bytes);
                stored.setCrc(crc.getValue());
                out.putNextEntry(stored);
                out.write(bytes);
            }
        }
    }

    @Test
    void isUsedAlsoWhereItWasUnpackedAnew() throws Exception {
        Packaged.Ended first = version(USED);
        Packaged.Ended second = version(USED);

        assertThat(first.code()).as(first.err()).isZero();
        assertThat(second.code()).as(second.err()).isZero();
        assertThat(version().err()).isEmpty();
    }

    @Test
    void isNotUsedOnceAJarIsAnother() throws Exception {
        assertThat(version(USED).code()).isZero();
        replaceTheLauncher();

        Packaged.Ended after = version();

        assertThat(after.out()).startsWith("millwright 9.9.9");
        assertThat(after.err()).contains("without the cache");
    }

    @Test
    void wouldRunTheOldClassesIfItWereUsed() throws Exception {
        replaceTheLauncher();
        try (InputStream in = Files.newInputStream(copy.resolve("lib").resolve("millwright.aot"))) {
            assertThat(in.read()).isNotNegative();
        }

        Packaged.Ended forced = version(
                "-XX:AOTCache=" + copy.resolve("lib").resolve("millwright.aot").toAbsolutePath());

        assertThat(forced.out()).startsWith("millwright 0.1.0");
    }

    @Test
    void startsWithoutItWhenItIsGone() throws Exception {
        Files.delete(copy.resolve("lib").resolve("millwright.aot"));

        assertThat(version().out()).startsWith("millwright 0.1.0");
    }

    @Test
    void isNotUsedWhenItIsDamaged() throws Exception {
        Path cache = copy.resolve("lib").resolve("millwright.aot");
        byte[] bytes = Files.readAllBytes(cache);
        bytes[bytes.length / 2] ^= 1;
        Files.write(cache, bytes);

        assertThat(version().err()).contains("without the cache");
    }
}
