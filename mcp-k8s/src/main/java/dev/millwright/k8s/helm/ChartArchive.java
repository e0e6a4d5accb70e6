package dev.millwright.k8s.helm;

import dev.millwright.tool.ToolException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * A chart's archive, unpacked into a folder of ours: POSIX tar in gzip, as {@code helm package} makes it. Files alone: no
 * links, no devices, no path that leaves the chart, no more than a chart has.
 */
final class ChartArchive {
    /** As Helm bounds them (helm {@code pkg/chart/loader/archive.go}: MaxDecompressedChartSize, MaxDecompressedFileSize). */
    static final long MOST_BYTES = 100L * 1024 * 1024;

    static final long MOST_FILE = 5L * 1024 * 1024;
    static final int MOST_FILES = 10_000;

    private static final int BLOCK = 512;

    private ChartArchive() {}

    /** @return the chart's folder, the one that the archive holds */
    static Path unpack(byte[] archive, Path into) throws IOException {
        Set<String> tops = new HashSet<>();
        long total = 0;
        int files = 0;
        Optional<String> longName = Optional.empty();
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(archive))) {
            byte[] header = new byte[BLOCK];
            while (in.readNBytes(header, 0, BLOCK) == BLOCK && !isEnd(header)) {
                long size = octal(header, 124, 12);
                char type = (char) header[156];
                if (size < 0 || size > MOST_BYTES) {
                    throw refused("an entry of " + size + " bytes");
                }
                if (type == 'L' || type == 'x' || type == 'g') {
                    byte[] extra = content(in, Math.min(size, MOST_FILE), size);
                    longName = type == 'g' ? longName : name(type, extra).or(() -> Optional.empty());
                    continue;
                }
                String name = longName.orElse(named(header));
                longName = Optional.empty();
                if (type == '5') {
                    skip(in, size);
                    continue;
                } else if (type != '0' && type != 0) {
                    throw refused("%s, which is a link or a device; charts are made of files".formatted(name));
                }
                if (size > MOST_FILE || (total += size) > MOST_BYTES || ++files > MOST_FILES) {
                    throw refused("more than %d files, %d bytes in all, or %d bytes in %s"
                            .formatted(MOST_FILES, MOST_BYTES, MOST_FILE, name));
                }
                Path target = place(into, name);
                tops.add(into.relativize(target).getName(0).toString());
                Files.createDirectories(target.getParent());
                Files.write(target, content(in, size, size));
            }
        } catch (java.util.zip.ZipException | java.io.EOFException e) {
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

    private static boolean isEnd(byte[] header) {
        for (byte each : header) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }

    private static String named(byte[] header) {
        String name = text(header, 0, 100);
        boolean posix = text(header, 257, 5).equals("ustar");
        String prefix = posix ? text(header, 345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    /** The name of the next entry: GNU's whole content, or {@code path} of the records of pax. */
    private static Optional<String> name(char type, byte[] extra) {
        String text = new String(extra, StandardCharsets.UTF_8);
        if (type == 'L') {
            return Optional.of(text.replace("\0", ""));
        }
        for (String line : text.split("\n")) {
            int at = line.indexOf(" path=");
            if (at > 0) {
                return Optional.of(line.substring(at + " path=".length()));
            }
        }
        return Optional.empty();
    }

    private static byte[] content(InputStream in, long keep, long size) throws IOException {
        byte[] kept = in.readNBytes((int) keep);
        if (kept.length < keep) {
            throw new java.io.EOFException("it ends in the middle of a file");
        }
        long rest = size - keep + (BLOCK - size % BLOCK) % BLOCK;
        in.skipNBytes(rest);
        return kept;
    }

    private static void skip(InputStream in, long size) throws IOException {
        in.skipNBytes(size + (BLOCK - size % BLOCK) % BLOCK);
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.UTF_8);
    }

    private static long octal(byte[] header, int from, int length) {
        String digits = text(header, from, length).strip();
        return digits.matches("[0-7]{1,11}") ? Long.parseLong(digits, 8) : digits.isEmpty() ? 0 : -1;
    }
}
