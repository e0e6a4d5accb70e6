package dev.millwright.workspace;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A file by a channel. */
final class PortableFile implements OpenFile {
    private final FileChannel channel;
    private final Path path;
    private final String shown;

    private PortableFile(FileChannel channel, Path path, String shown) {
        this.channel = channel;
        this.path = path;
        this.shown = shown;
    }

    static PortableFile open(Path path, String shown) {
        Stat stat = stat(path, shown);
        if (stat.type() != EntryType.FILE) {
            throw ToolException.invalidInput(shown + " is not a regular file");
        }
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            return new PortableFile(channel, path, shown);
        } catch (IOException e) {
            throw failed(e, shown);
        }
    }

    static Stat stat(Path path, String shown) {
        try {
            BasicFileAttributes basic =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            EntryType type = basic.isRegularFile()
                    ? EntryType.FILE
                    : basic.isDirectory()
                            ? EntryType.FOLDER
                            : basic.isSymbolicLink() ? EntryType.LINK : EntryType.SPECIAL;
            long identity = Objects.requireNonNullElse(basic.fileKey(), path).hashCode();
            long modified = basic.lastModifiedTime().to(TimeUnit.NANOSECONDS);
            return new Stat(type, basic.size(), modified, modified, mode(path), -1, -1, 1, 0, identity);
        } catch (IOException e) {
            throw failed(e, shown);
        }
    }

    private static int mode(Path path) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return 0644;
        }
        Set<PosixFilePermission> set = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        int mode = 0;
        for (PosixFilePermission permission : set) {
            mode |= 0400 >> permission.ordinal();
        }
        return mode;
    }

    static ToolException failed(IOException e, String shown) {
        return switch (e) {
            case NoSuchFileException none -> new Errno(Errno.ENOENT).at(shown);
            case AccessDeniedException denied -> new Errno(Errno.EACCES).at(shown);
            case FileAlreadyExistsException exists -> new Errno(Errno.EEXIST).at(shown);
            case NotDirectoryException file -> new Errno(Errno.ENOTDIR).at(shown);
            case DirectoryNotEmptyException full -> new Errno(Errno.ENOTEMPTY).at(shown);
            default -> ToolException.unavailable(shown + " cannot be used: " + e.getMessage(), e);
        };
    }

    @Override
    public Stat stat() {
        return stat(path, shown);
    }

    @Override
    public int read(long position, byte[] into, int offset, int length) {
        ByteBuffer buffer = ByteBuffer.wrap(into, offset, length);
        try {
            int done = 0;
            while (buffer.hasRemaining()) {
                int step = channel.read(buffer, position + done);
                if (step < 0) {
                    break;
                }
                done += step;
            }
            return done;
        } catch (IOException e) {
            throw failed(e, shown);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failed(e, shown);
        }
    }
}
