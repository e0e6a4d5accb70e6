package dev.millwright.docker.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Files on their way into a container and out of it. What comes out was made by a stranger. */
final class Archive {
    private Archive() {}

    /** Files with the folders above them, all owned by nobody. */
    static byte[] of(Map<String, byte[]> files, boolean executable) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, 512, StandardCharsets.UTF_8.name())) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            Set<String> folders = new TreeSet<>();
            for (String name : files.keySet()) {
                for (int at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
                    folders.add(name.substring(0, at + 1));
                }
            }
            for (String name : folders) {
                put(tar, name, 040755, new byte[0]);
            }
            for (Map.Entry<String, byte[]> each : files.entrySet()) {
                put(tar, each.getKey(), executable ? 0100755 : 0100644, each.getValue());
            }
        }
        return bytes.toByteArray();
    }

    private static void put(TarArchiveOutputStream tar, String name, int mode, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setMode(mode);
        entry.setIds(Profile.NOBODY, Profile.NOBODY);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    /**
     * Reads regular files, keeps those that are wanted, and says of everything else why it is not given.
     *
     * @param in an archive of the work folder or of something in it
     * @param base path of the folder that the archive's first name lies in, below the work folder, or empty
     */
    static List<Artifact> read(InputStream in, String base, Gathering gathering) throws IOException {
        List<Artifact> read = new ArrayList<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(in, StandardCharsets.UTF_8.name())) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String told = entry.getName();
                String name = base + (told.startsWith("./") ? told.substring(2) : told);
                if (entry.isDirectory()) {
                    if (!gathering.passes()) {
                        break;
                    }
                    continue;
                }
                if (!isBelow(name)) {
                    gathering.skip("a file has a path that leads out of the work folder; it is not brought back");
                } else if (entry.isLink() || entry.isSymbolicLink()) {
                    gathering.skip(name, "is a link");
                } else if (!isRegular(entry)) {
                    gathering.skip(name, "is no regular file");
                } else if (gathering.takes(name, entry.getSize())) {
                    byte[] content = tar.readNBytes((int) entry.getSize());
                    if (content.length < entry.getSize()) {
                        throw new IOException("the archive of the work folder ends in the middle of " + name);
                    }
                    read.add(new Artifact(name, content));
                }
                if (!gathering.passes()) {
                    break;
                }
            }
        }
        return read;
    }

    private static boolean isRegular(TarArchiveEntry entry) {
        return !entry.isFIFO()
                && !entry.isCharacterDevice()
                && !entry.isBlockDevice()
                && !entry.isSparse()
                && entry.isFile();
    }

    private static boolean isBelow(String name) {
        if (name.isEmpty() || name.startsWith("/") || name.indexOf('\0') >= 0) {
            return false;
        }
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                return false;
            }
        }
        return true;
    }
}
