package dev.millwright.sandbox;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Folders that last as long as a run, and the removal of those that a crashed process left behind. */
public final class Scratch {
    private final Path base;

    /** @param base existing folder that folders are made in */
    public Scratch(Path base) {
        this.base = base;
    }

    /** Makes a folder that others can pass through, as the user of a run has to, but not look into. */
    public Path folder() throws IOException {
        Path folder = Files.createDirectory(
                base.resolve(Lease.name()),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    }

    /** Removes what crashed processes of this user left behind. */
    public void sweep() throws IOException {
        Object user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        try (DirectoryStream<Path> children = Files.newDirectoryStream(base, "millwright-*")) {
            for (Path child : children) {
                if (Lease.isLeftBehind(child.getFileName().toString()) && belongsTo(user, child)) {
                    remove(child);
                }
            }
        }
    }

    private static boolean belongsTo(Object user, Path path) throws IOException {
        try {
            return user.equals(Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return false; // another process swept it at the same time
        }
    }

    /** Removes a folder with all in it, without following links; no trick of what ran there keeps it. */
    public static void remove(Path folder) throws IOException {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                    Files.delete(path);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path path, @Nullable IOException trouble) throws IOException {
                    if (trouble != null) {
                        throw trouble;
                    }
                    Files.delete(path);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            removeStubborn(folder);
        }
    }

    /** Removes folders that forbid it, or that nest deeper than a path can be long. */
    private static void removeStubborn(Path folder) throws IOException {
        Process process = new ProcessBuilder(
                        "/bin/sh", "-c", "chmod -R u+rwX -- \"$0\"; exec rm -rf -- \"$0\"", folder.toString())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.onExit().join();
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("cannot remove " + folder);
        }
    }
}
