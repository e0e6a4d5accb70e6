package dev.millwright.workspace;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A file opened in a {@link SecureFolder}, which it holds open to look at itself. */
final class SecureFile implements OpenFile {
    private final SecureFolder folder;
    private final Path name;
    private final SeekableByteChannel channel;
    private final String shown;

    private SecureFile(SecureFolder folder, Path name, SeekableByteChannel channel, String shown) {
        this.folder = folder;
        this.name = name;
        this.channel = channel;
        this.shown = shown;
    }

    /** @param folder closed with the file */
    static SecureFile open(SecureFolder folder, String name, String shown) {
        try {
            Path path = Path.of(Names.checked(name));
            // Looked at first: opening a FIFO would wait for its writer.
            if (!stat(folder.stream(), path).isFile()) {
                throw ToolException.invalidInput(shown + " is not a regular file");
            }
            SeekableByteChannel channel =
                    folder.stream().newByteChannel(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
            return new SecureFile(folder, path, channel, shown);
        } catch (IOException e) {
            folder.close();
            throw PortableFile.failed(e, shown);
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    static PosixFileAttributeView view(SecureDirectoryStream<Path> folder, Path name) {
        return folder.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    static Stat stat(SecureDirectoryStream<Path> folder, Path name) throws IOException {
        PosixFileAttributes is = view(folder, name).readAttributes();
        EntryType type = is.isRegularFile()
                ? EntryType.FILE
                : is.isDirectory() ? EntryType.FOLDER : is.isSymbolicLink() ? EntryType.LINK : EntryType.SPECIAL;
        int mode = 0;
        for (PosixFilePermission permission : is.permissions()) {
            mode |= 0400 >> permission.ordinal();
        }
        long identity = Objects.requireNonNullElse(is.fileKey(), name).hashCode();
        long modified = is.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        return new Stat(type, is.size(), modified, modified, mode, -1, -1, 1, 0, identity);
    }

    PosixFileAttributes attributes() throws IOException {
        return view(folder.stream(), name).readAttributes();
    }

    @Override
    public Stat stat() {
        try {
            return stat(folder.stream(), name);
        } catch (IOException e) {
            throw PortableFile.failed(e, shown);
        }
    }

    @Override
    public synchronized int read(long position, byte[] into, int offset, int length) {
        ByteBuffer buffer = ByteBuffer.wrap(into, offset, length);
        try {
            channel.position(position);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // Until it is full or the file ends.
            }
            return length - buffer.remaining();
        } catch (IOException e) {
            throw PortableFile.failed(e, shown);
        }
    }

    @Override
    public void close() {
        try (folder) {
            channel.close();
        } catch (IOException e) {
            throw PortableFile.failed(e, shown);
        }
    }
}
