package dev.millwright.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;
import org.sqlite.util.OSInfo;

/**
 * SQLite's native library, unpacked once into the data directory.
 *
 * <p>The driver would unpack it at every start into the temporary directory, which others can write, costs 80 ms and
 * leaves 1 MB behind at every kill. Where it cannot be loaded from here, as from a disk mounted noexec, the driver still
 * does that.
 */
final class NativeSqlite {
    private static final String PATH = "org.sqlite.lib.path";

    private NativeSqlite() {}

    static void place(Path directory) throws IOException {
        String system = system();
        String packed = "/org/sqlite/native/" + system + "/" + OSInfo.getArchName();
        String name = LibraryLoaderUtil.getNativeLibName();
        if (System.getProperty(PATH) != null || !LibraryLoaderUtil.hasNativeLib(packed, name)) {
            return;
        }
        Path versioned = directory.resolve(SQLiteJDBCLoader.getVersion() + "-" + system + "-" + OSInfo.getArchName());
        Path library = versioned.resolve(name);
        if (!Files.exists(library)) {
            PrivateFiles.createDirectories(versioned);
            Path partial = Files.createTempFile(versioned, name, ".part");
            try (InputStream in = LibraryLoaderUtil.class.getResourceAsStream(packed + "/" + name)) {
                if (in == null) {
                    throw new IOException("no " + packed + "/" + name + " in the SQLite driver");
                }
                Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
                try (FileChannel written = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                    written.force(true);
                }
                Files.move(partial, library, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(partial);
            }
        }
        System.setProperty(PATH, versioned.toString());
    }

    /** The driver's name for this system, which for Linux it would only give after running {@code uname -o}. */
    private static String system() {
        return System.getProperty("os.name", "").equals("Linux")
                ? OSInfo.isMusl() ? "Linux-Musl" : "Linux"
                : OSInfo.getOSName();
    }
}
