package dev.millwright.filesystem.exec;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** The work folder of one run: what is put in before, and what is found afterwards that was not put in. */
final class WorkFiles {
    /** A file a run made or changed; {@code sha256} in lower-case hexadecimal. */
    record Made(String path, long size, String sha256) {}

    /** @param more files beyond those listed */
    record Found(List<Made> files, int more) {}

    private static final int MOST_LISTED = 100;
    private static final int MOST_SEEN = 10_000;
    private static final int DEPTH = 16;
    private static final long MOST_HASHED = 1L << 30;

    private final Path folder;
    private final Map<String, String> put = new HashMap<>();

    WorkFiles(Path folder) {
        this.folder = folder;
    }

    /** Puts a text in. @throws ToolException {@code INVALID_INPUT} for a name that is not a path below the work folder */
    void put(String name, String text) throws IOException {
        Path path = resolve(name);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Files.createDirectories(path.getParent());
        Files.write(path, bytes);
        put.put(folder.relativize(path).toString(), hex(sha256().digest(bytes)));
    }

    private Path resolve(String name) {
        if (name.isEmpty() || name.length() > 200 || name.indexOf('\0') >= 0 || name.startsWith("/")) {
            throw unfit(name);
        }
        for (String part : name.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw unfit(name);
            }
        }
        Path path = folder.resolve(name);
        if (Files.isDirectory(path) || !path.startsWith(folder)) {
            throw unfit(name);
        }
        for (Path parent = path.getParent(); !parent.equals(folder); parent = parent.getParent()) {
            if (Files.isRegularFile(parent)) {
                throw unfit(name);
            }
        }
        return path;
    }

    private static ToolException unfit(String name) {
        return ToolException.invalidInput(
                "/files: names must be paths below the work folder like data/a.csv, each once, got " + name);
    }

    /**
     * Lists regular files that are new or changed, by path, following no link. Only for a folder nothing runs in any
     * more: then nothing can be exchanged while we look.
     */
    Found made() throws IOException {
        List<Path> regular = new ArrayList<>();
        int[] seen = {0};
        Files.walkFileTree(
                folder, EnumSet.noneOf(java.nio.file.FileVisitOption.class), DEPTH, new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile()) {
                            regular.add(path);
                        }
                        return ++seen[0] < MOST_SEEN ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path path, IOException e) {
                        return FileVisitResult.CONTINUE; // a folder that the run closed: nothing of it can be listed
                    }
                });
        regular.sort(null);
        List<Made> made = new ArrayList<>();
        int more = 0;
        long hashed = 0;
        for (Path path : regular) {
            String name = folder.relativize(path).toString();
            long size = Files.size(path);
            if (made.size() == MOST_LISTED || hashed + size > MOST_HASHED || !Files.isReadable(path)) {
                more++;
                continue;
            }
            hashed += size;
            String hash = hash(path);
            if (!hash.equals(put.get(name))) {
                made.add(new Made(name, size, hash));
            }
        }
        return new Found(made, more);
    }

    private static String hash(Path path) throws IOException {
        MessageDigest digest = sha256();
        byte[] chunk = new byte[64 * 1024];
        try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                digest.update(chunk, 0, length);
            }
        }
        return hex(digest.digest());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
