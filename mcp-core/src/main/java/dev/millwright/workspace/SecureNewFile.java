package dev.millwright.workspace;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Under a temporary name in a {@link SecureFolder} until it gets its own. */
final class SecureNewFile implements NewFile {
    private final SecureFolder folder;
    private final SeekableByteChannel channel;
    private final String shown;
    private Path name;
    private boolean linked;

    /** @param folder closed with the file */
    SecureNewFile(SecureFolder folder, Path temporary, String shown) throws IOException {
        this.folder = folder;
        this.name = temporary;
        this.shown = shown;
        try {
            channel = folder.stream()
                    .newByteChannel(
                            temporary,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            folder.close();
            throw e;
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private void run(Work work) {
        try {
            work.run();
        } catch (IOException e) {
            throw PortableFile.failed(e, shown);
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        run(() -> {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        });
    }

    private PosixFileAttributeView view() {
        return SecureFile.view(folder.stream(), name);
    }

    @Override
    public void attributesOf(Stat stat, OpenFile source) {
        if (source instanceof SecureFile file) {
            run(() -> ownerOf(file.attributes()));
        }
        mode(stat.mode());
    }

    private void ownerOf(PosixFileAttributes wanted) throws IOException {
        PosixFileAttributes is = view().readAttributes();
        try {
            if (!is.group().equals(wanted.group())) {
                view().setGroup(wanted.group());
            }
            if (!is.owner().equals(wanted.owner())) {
                view().setOwner(wanted.owner());
            }
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException e) {
            // Where we may not give files away they stay ours.
            return;
        }
    }

    @Override
    public void mode(int mode) {
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            if ((mode & 0400 >> permission.ordinal()) != 0) {
                set.add(permission);
            }
        }
        run(() -> view().setPermissions(set));
    }

    @Override
    public void modified(long nanos) {
        FileTime time = FileTime.from(nanos, TimeUnit.NANOSECONDS);
        run(() -> view().setTimes(time, time, null));
    }

    @Override
    public void linkAs(String wanted, boolean durable) {
        run(() -> {
            if (durable && channel instanceof FileChannel file) {
                file.force(true);
            }
            Path named = Path.of(Names.checked(wanted));
            if (!named.equals(name)) {
                if (folder.stat(wanted).isPresent()) {
                    throw new FileAlreadyExistsException(wanted);
                }
                folder.stream().move(name, folder.stream(), named);
                name = named;
            }
            linked = true;
        });
    }

    @Override
    public Stat stat() {
        try {
            return SecureFile.stat(folder.stream(), name);
        } catch (IOException e) {
            throw PortableFile.failed(e, shown);
        }
    }

    @Override
    public void close() {
        try (folder) {
            channel.close();
            if (!linked) {
                folder.stream().deleteFile(name);
            }
        } catch (NoSuchFileException e) {
            // Someone else removed it: it never was.
            return;
        } catch (IOException e) {
            throw PortableFile.failed(e, shown);
        }
    }
}
