package dev.millwright.k8s.snapshot;

import dev.millwright.k8s.archive.Tar;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.FileStream;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/**
 * Walks the files of a folder or an archive. Nothing is unpacked to disk, links are not followed, archives in archives
 * not opened; names that lead outside are left out; what is larger than any dump ends with an error.
 */
final class SnapshotFiles {
    private static final int MOST_ENTRIES = 50_000;
    private static final int DEPTH = 24;
    private static final int LONGEST_PATH = 2_048;

    private final Workspace workspace;
    private final Target target;
    private final Entries entries;
    private int count;

    SnapshotFiles(Workspace workspace, Target target, Entries entries) {
        this.workspace = workspace;
        this.target = target;
        this.entries = entries;
    }

    void walk() {
        if (workspace.stat(target).isFolder()) {
            try (Folder folder = workspace.folder(target)) {
                folder(folder, "", 0);
            }
            return;
        }
        try (OpenFile file = workspace.open(target)) {
            file(file);
        } catch (EOFException e) {
            throw ToolException.invalidInput(
                    "/snapshot %s ends too early, after %d files: it was not copied whole".formatted(target, count));
        } catch (IOException e) {
            throw ToolException.invalidInput("/snapshot %s cannot be read after %d files: %s"
                    .formatted(
                            target, count, Optional.ofNullable(e.getMessage()).orElse("damaged")));
        }
    }

    private void folder(Folder folder, String path, int depth) {
        Map<String, EntryType> names = new TreeMap<>();
        folder.entries((name, type) -> {
            names.put(name, type);
            return names.size() <= MOST_ENTRIES;
        });
        names.forEach((name, type) -> {
            String below = path.isEmpty() ? name : path + "/" + name;
            if (name.indexOf('\uFFFD') >= 0 || type == EntryType.LINK || type == EntryType.SPECIAL) {
                entries.skipped("links and special files");
            } else if (type == EntryType.FOLDER && depth < DEPTH) {
                try (Folder inner = folder.folder(name)) {
                    folder(inner, below, depth + 1);
                }
            } else if (type == EntryType.FILE) {
                count();
                try (OpenFile file = folder.file(name)) {
                    entries.file(below, new FileStream(file)::readNBytes);
                } catch (IOException e) {
                    throw ToolException.unavailable(
                            "/snapshot %s cannot be read: %s".formatted(below, e.getMessage()), e);
                }
            }
        });
    }

    private void file(OpenFile file) throws IOException {
        byte[] head = new byte[Tar.BLOCK];
        int length = file.read(0, head, 0, head.length);
        Bounded.Counted packed = new Bounded.Counted(new BufferedInputStream(new FileStream(file), 64 * 1024));
        if (length > 2 && (head[0] & 0xff) == 0x1f && (head[1] & 0xff) == 0x8b) {
            InputStream unpacked = new BufferedInputStream(
                    new Bounded(new GZIPInputStream(packed, 64 * 1024), packed, target.shown()), 64 * 1024);
            unpacked.mark(Tar.BLOCK);
            byte[] inside = unpacked.readNBytes(Tar.BLOCK);
            unpacked.reset();
            if (Tar.begins(inside, inside.length)) {
                tar(new Tar(unpacked));
            } else {
                count();
                String name = target.path().replaceFirst("\\.gz$", "");
                entries.file(name, unpacked::readNBytes);
            }
        } else if (length > 3 && head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4) {
            zip(packed);
        } else if (Tar.begins(head, length)) {
            tar(new Tar(new Bounded(packed, packed, target.shown())));
        } else {
            count();
            entries.file(target.path(), packed::readNBytes);
        }
    }

    private void tar(Tar tar) throws IOException {
        for (Optional<Tar.Entry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
            count();
            Optional<String> path = safe(entry.get().name());
            if (path.isPresent()) {
                entries.file(path.get(), tar::read);
            } else {
                entries.skipped("names that lead outside");
            }
        }
        if (tar.others() > 0) {
            entries.skipped("links and special files");
        }
    }

    private void zip(Bounded.Counted packed) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(packed)) {
            Bounded unpacked = new Bounded(zip, packed, target.shown());
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (!entry.isDirectory()) {
                    count();
                    Optional<String> path = safe(entry.getName());
                    if (path.isPresent()) {
                        entries.file(path.get(), unpacked::readNBytes);
                    } else {
                        entries.skipped("names that lead outside");
                    }
                }
                unpacked.skip(Long.MAX_VALUE);
            }
        } catch (IllegalArgumentException e) {
            throw new ZipException("the name of an entry is damaged");
        }
    }

    private void count() {
        if (++count > MOST_ENTRIES) {
            throw ToolException.limit("/snapshot %s has more than %d files".formatted(target, MOST_ENTRIES));
        }
    }

    /** The path without {@code .}; empty for what is absolute or leads up. */
    private static Optional<String> safe(String name) {
        List<String> parts = new ArrayList<>();
        if (name.isEmpty()
                || name.length() > LONGEST_PATH
                || name.startsWith("/")
                || name.indexOf('\\') >= 0
                || name.chars().anyMatch(c -> c < ' ')) {
            return Optional.empty();
        }
        for (String part : name.split("/")) {
            if (part.equals("..")) {
                return Optional.empty();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("/", parts));
    }
}
