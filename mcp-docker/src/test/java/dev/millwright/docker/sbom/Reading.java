package dev.millwright.docker.sbom;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Shows files to a scan, as if they came by. */
final class Reading {
    private Reading() {}

    static Sbom of(String path, String content) {
        return of(path, content.getBytes(StandardCharsets.UTF_8));
    }

    static Sbom of(String path, byte[] content) {
        return of(Map.of(path, content));
    }

    static Sbom of(Map<String, byte[]> files) {
        PackageScan scan = PackageScan.ofFolder();
        files.forEach((path, content) -> show(scan, "", path, content));
        return scan.folder();
    }

    static void show(PackageScan scan, String layer, String path, byte[] content) {
        if (scan.wants(path, 0755)) {
            scan.read(layer, path, 0755, content.length, new ByteArrayInputStream(content));
        }
    }

    /** {@code name version} of each package. */
    static List<String> names(Sbom sbom) {
        return sbom.components().stream()
                .map(each -> each.fullName() + " " + each.version())
                .toList();
    }

    static List<String> names(String path, String content) {
        return names(of(path, content));
    }

    static byte[] resource(String name) {
        try (InputStream in = Reading.class.getResourceAsStream("/sbom/" + name)) {
            return name.endsWith(".gz") ? new GZIPInputStream(in).readAllBytes() : in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] zip(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                zip.write(each.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
