package dev.millwright.sandbox;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Adds up a folder that is being written to: no quota binds all files of a run together. */
final class DiskUse {
    static final int MOST_FILES = 20_000;

    private long bytes;
    private int files;

    private DiskUse() {}

    /** Whether a folder holds more than so many bytes, or {@link #MOST_FILES}; links count as themselves. */
    static boolean exceeds(Path folder, long most) throws IOException {
        DiskUse use = new DiskUse();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                return visitFile(path, attributes);
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                use.bytes += attributes.size();
                use.files++;
                return use.isBelow(most) ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException gone) {
                return FileVisitResult.CONTINUE; // removed or closed since it was listed
            }

            @Override
            public FileVisitResult postVisitDirectory(Path path, @Nullable IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return !use.isBelow(most);
    }

    private boolean isBelow(long most) {
        return bytes <= most && files <= MOST_FILES;
    }
}
