package dev.millwright.workspace;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Under a temporary name until it gets its own. */
final class PortableNewFile implements NewFile {
    private final PortableFolder folder;
    private final Path temporary;
    private final FileChannel channel;
    private final String shown;
    private boolean linked;

    PortableNewFile(PortableFolder folder, String temporary, String shown) {
        this.folder = folder;
        this.temporary = folder.at(temporary);
        this.shown = shown;
        try {
            channel = FileChannel.open(this.temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw PortableFile.failed(e, shown);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw PortableFile.failed(e, shown);
        }
    }

    @Override
    public void attributesOf(Stat stat, OpenFile source) {
        mode(stat.mode());
    }

    @Override
    public void mode(int mode) {
        if (!temporary.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            if ((mode & 0400 >> permission.ordinal()) != 0) {
                set.add(permission);
            }
        }
        try {
            Files.setPosixFilePermissions(temporary, set);
        } catch (IOException e) {
            throw PortableFile.failed(e, shown);
        }
    }

    @Override
    public void modified(long nanos) {
        try {
            Files.setLastModifiedTime(temporary, FileTime.from(nanos, TimeUnit.NANOSECONDS));
        } catch (IOException e) {
            throw PortableFile.failed(e, shown);
        }
    }

    @Override
    public void linkAs(String name, boolean durable) {
        try {
            if (durable) {
                channel.force(true);
            }
            Path named = folder.at(name);
            if (!named.equals(temporary)) {
                Files.move(temporary, named);
            }
            linked = true;
        } catch (IOException e) {
            throw PortableFile.failed(e, shown);
        }
    }

    @Override
    public Stat stat() {
        return PortableFile.stat(temporary, shown);
    }

    @Override
    public void close() {
        try {
            channel.close();
            if (!linked) {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw PortableFile.failed(e, shown);
        }
    }
}
