package dev.millwright.k8s.helm;

import dev.millwright.k8s.archive.Tar;
import dev.millwright.tool.ToolException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A chart's archive, unpacked into a folder of ours: POSIX tar in gzip, as {@code helm package} makes it. Files alone: no
 * links, no devices, no path that leaves the chart, no more than a chart has.
 */
final class ChartArchive {
    /** As Helm bounds them (helm {@code pkg/chart/loader/archive.go}: MaxDecompressedChartSize, MaxDecompressedFileSize). */
    static final long MOST_BYTES = 100L * 1024 * 1024;

    static final long MOST_FILE = 5L * 1024 * 1024;
    static final int MOST_FILES = 10_000;

    private ChartArchive() {}

    /** @return the chart's folder, the one that the archive holds */
    static Path unpack(byte[] archive, Path into) throws IOException {
        Set<String> tops = new HashSet<>();
        long total = 0;
        int files = 0;
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(archive))) {
            Tar tar = new Tar(in);
            for (Optional<Tar.Entry> next = next(tar); next.isPresent(); next = next(tar)) {
                String name = next.get().name();
                long size = next.get().size();
                if (size > MOST_FILE || (total += size) > MOST_BYTES || ++files > MOST_FILES) {
                    throw refused("more than %d files, %d bytes in all, or %d bytes in %s"
                            .formatted(MOST_FILES, MOST_BYTES, MOST_FILE, name));
                }
                Path target = place(into, name);
                tops.add(into.relativize(target).getName(0).toString());
                Files.createDirectories(target.getParent());
                Files.write(target, tar.read((int) size));
            }
        } catch (ZipException | EOFException | Tar.Damaged e) {
            throw ToolException.invalidInput("the chart's archive is damaged: " + e.getMessage());
        }
        if (tops.size() != 1) {
            throw refused(tops.isEmpty() ? "no files" : "several folders at its top: " + tops);
        }
        return into.resolve(tops.iterator().next());
    }

    /** Where an entry lies. @throws ToolException for a path that could lead elsewhere */
    static Path place(Path into, String name) {
        Path relative = Path.of(name.replace("\0", ""));
        if (name.isEmpty()
                || name.indexOf('\0') >= 0
                || name.startsWith("/")
                || name.indexOf('\\') >= 0
                || name.matches("[A-Za-z]:.*")) {
            throw refused("the path " + name);
        }
        for (Path part : relative) {
            if (part.toString().equals("..")) {
                throw refused("the path " + name + ", which leaves the chart");
            }
        }
        Path normal = relative.normalize();
        if (normal.getNameCount() < 2) {
            throw refused("the file %s outside of the chart's folder".formatted(name));
        }
        return into.resolve(normal);
    }

    private static ToolException refused(String what) {
        return ToolException.invalidInput("/chart is refused: its archive holds " + what);
    }

    private static Optional<Tar.Entry> next(Tar tar) throws IOException {
        Optional<Tar.Entry> next = tar.next();
        if (tar.others() > 0) {
            throw refused("a link or a device; charts are made of files");
        }
        return next;
    }
}
