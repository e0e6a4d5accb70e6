package dev.millwright.keep;

import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.NewFile;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Place;
import dev.millwright.workspace.Protection;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Trees;
import dev.millwright.workspace.Version;
import dev.millwright.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What undo needs to bring back, outside of all roots: contents under their SHA-256, and the trash. Made with the first
 * change.
 */
public final class Keep implements AutoCloseable {
    private static final int STEP = 64 * 1024;
    private static final Duration FRESH = Duration.ofHours(1);
    private static final String IMAGES = "images";
    private static final String TRASH = "trash";

    private final Path folder;
    private final Workspace area;
    private boolean made;

    public Keep(Path folder) {
        this.folder = folder;
        this.area = new Workspace(List.of(folder), new Protection(List.of(), List.of()), true, List.of());
    }

    private synchronized Workspace area() {
        if (!made) {
            try {
                Files.createDirectories(folder.resolve(IMAGES));
                Files.createDirectories(folder.resolve(TRASH));
                made = true;
            } catch (IOException e) {
                throw ToolException.unavailable(
                        "the data directory cannot be written, so nothing may be changed: " + e.getMessage(), e);
            }
        }
        return area;
    }

    /** What {@link #keep} would keep, looked at only. */
    public static Image look(OpenFile file) {
        Stat stat = file.stat();
        return new Image(Trees.sha256(file), stat.size(), stat.mode() & 01777, stat.modifiedNanos());
    }

    /** Keeps a content that is about to be replaced; on the disk after {@link #sync}. */
    public Image keep(OpenFile file) {
        Stat stat = file.stat();
        return keep(file::read, stat.size(), stat.mode() & 01777, stat.modifiedNanos());
    }

    /** As {@link #keep(OpenFile)} for what is in memory; without mode and time. */
    public Image keep(byte[] content) {
        Source source = (position, into, offset, length) -> {
            int most = (int) Math.min(length, content.length - position);
            System.arraycopy(content, (int) position, into, offset, most);
            return most;
        };
        return keep(source, content.length, 0, 0);
    }

    @FunctionalInterface
    private interface Source {
        int read(long position, byte[] into, int offset, int length);
    }

    private Image keep(Source source, long size, int mode, long modifiedNanos) {
        MessageDigest digest = sha256();
        byte[] step = new byte[(int) Math.max(1, Math.min(STEP, size))];
        try (Folder images = area().folder(area().at(IMAGES))) {
            String temporary = "new-" + Long.toHexString(System.nanoTime()) + "-"
                    + Thread.currentThread().threadId();
            try (NewFile copy = images.create(temporary)) {
                long at = 0;
                for (int length; (length = source.read(at, step, 0, step.length)) > 0; at += length) {
                    digest.update(step, 0, length);
                    copy.write(step, 0, length);
                }
                String name = HexFormat.of().formatHex(digest.digest());
                Optional<Stat> there = images.stat(name);
                if (there.isEmpty()) {
                    link(copy, name);
                } else if (there.get().modified().isBefore(Instant.now().minus(FRESH))) {
                    // Kept long ago: kept anew, so that it does not expire too early.
                    link(copy, temporary);
                    images.rename(temporary, images, name, true);
                }
                return new Image(name, at, mode, modifiedNanos);
            }
        }
    }

    /** Brings the names of what was kept to the disk. */
    public void sync() {
        try (Folder images = area().folder(area().at(IMAGES))) {
            images.sync();
        }
    }

    private static void link(NewFile copy, String name) {
        try {
            copy.linkAs(name);
        } catch (ToolException e) {
            if (e.kind() != ToolException.Kind.CONFLICT) {
                throw e;
            }
            // Someone else kept the same content meanwhile.
        }
    }

    /** @throws ToolException {@code UNAVAILABLE} when it expired or was damaged */
    public OpenFile open(Image image) {
        try {
            OpenFile file = area().open(area().at(IMAGES + "/" + image.sha256()));
            if (!Trees.sha256(file).equals(image.sha256())) {
                file.close();
                throw ToolException.unavailable("the kept content " + image.sha256() + " is damaged");
            }
            return file;
        } catch (ToolException e) {
            if (e.kind() == ToolException.Kind.NOT_FOUND) {
                throw ToolException.unavailable("the kept content has expired");
            }
            throw e;
        }
    }

    /** The place of an entry in the trash; its folder exists afterwards. */
    public Place trash(String path) {
        Target target = area().at(TRASH + "/" + path);
        String operation = path.substring(0, path.indexOf('/'));
        try (Folder trash = area().folder(area().at(TRASH))) {
            if (trash.stat(operation).isEmpty()) {
                trash.makeFolder(operation);
                trash.sync();
            }
        }
        return area().linkPlace(target);
    }

    public static String sha256(byte[] content) {
        return HexFormat.of().formatHex(Version.sha256(content));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every JDK has SHA-256", e);
        }
    }

    private record Kept(String area, String name, Instant since, long size) {}

    /** Removes what is older than {@code age}, then the oldest until at most {@code bytes} are left. */
    public void expire(Duration age, long bytes) {
        List<Kept> all = new ArrayList<>();
        for (String part : List.of(IMAGES, TRASH)) {
            try (Folder names = area().folder(area().at(part))) {
                for (String name : Trees.names(names)) {
                    names.stat(name)
                            .ifPresent(stat -> all.add(new Kept(part, name, stat.modified(), size(names, name))));
                }
            }
        }
        all.sort(Comparator.comparing(Kept::since));
        long total = all.stream().mapToLong(Kept::size).sum();
        Instant oldest = Instant.now().minus(age);
        for (Kept kept : all) {
            if (kept.since().isAfter(oldest) && total <= bytes) {
                return;
            }
            try (Folder names = area().folder(area().at(kept.area()))) {
                Trees.remove(names, kept.name());
            }
            total -= kept.size();
        }
    }

    private static long size(Folder folder, String name) {
        Optional<Stat> stat = folder.stat(name);
        if (stat.isEmpty() || !stat.get().isFolder()) {
            return stat.map(Stat::size).orElse(0L);
        }
        long size = 0;
        try (Folder inner = folder.folder(name)) {
            for (String entry : Trees.names(inner)) {
                size += size(inner, entry);
            }
        }
        return size;
    }

    @Override
    public void close() {
        area.close();
    }
}
