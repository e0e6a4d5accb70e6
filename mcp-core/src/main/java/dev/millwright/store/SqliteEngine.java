package dev.millwright.store;

import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The file {@code millwright.db}: write-ahead log, every commit on the disk before it returns.
 *
 * <p>Threads of this process take turns at one writing connection; other processes are waited for by SQLite itself.
 */
final class SqliteEngine implements Engine {
    private static final int BUSY_MILLIS = 5_000;
    private static final Duration MIGRATION_PATIENCE = Duration.ofSeconds(60);
    private static final int READERS = 4;

    private final Path file;
    private final SQLiteDataSource source;
    private final ReentrantLock writing = new ReentrantLock(true);
    private final Semaphore reading = new Semaphore(READERS, true);
    private final ConcurrentLinkedDeque<Connection> idleWriter = new ConcurrentLinkedDeque<>();
    private final ConcurrentLinkedDeque<Connection> idleReaders = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    private SqliteEngine(Path file) {
        this.file = file;
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
    }

    @SuppressWarnings("try") // the lock is held, not used
    static SqliteEngine open(StoreUrl.Embedded url, List<Migrations> modules) {
        Path directory = url.dataDirectory().toAbsolutePath().normalize();
        Path file = directory.resolve("millwright.db");
        try {
            PrivateFiles.createDirectories(directory);
        } catch (IOException e) {
            throw ToolException.unavailable(
                    "cannot create the data directory " + directory + " (" + reason(e)
                            + "); create it for this user, or choose another",
                    e);
        }
        SqliteEngine engine = new SqliteEngine(file);
        try (FileChannel channel = FileChannel.open(
                        PrivateFiles.create(directory.resolve("millwright.lock")), StandardOpenOption.WRITE);
                FileLock alone = lock(channel, file)) {
            PrivateFiles.create(file);
            NativeSqlite.place(directory.resolve("native"));
            engine.useWriteAheadLog();
            Migration.run(engine, modules, file.toString());
            return engine;
        } catch (IOException e) {
            engine.close();
            throw ToolException.unavailable(
                    "cannot write in the data directory " + directory + " (" + reason(e)
                            + "); make it writable for this user, or choose another",
                    e);
        } catch (SQLException e) {
            engine.close();
            throw engine.explain(e);
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    /** A reason without the path, which the message names anyway. */
    private static String reason(IOException e) {
        return switch (e) {
            case FileAlreadyExistsException there -> "it is not a directory";
            case AccessDeniedException denied -> "permission denied";
            case NoSuchFileException none -> "no such directory";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    /** Between processes by the file, within this one by trying again: a channel's lock refuses its own process. */
    private static FileLock lock(FileChannel channel, Path file) throws IOException {
        long end = System.nanoTime() + MIGRATION_PATIENCE.toNanos();
        while (true) {
            try {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return lock;
                }
            } catch (OverlappingFileLockException e) {
                if (System.nanoTime() > end) {
                    throw ToolException.unavailable("another store of this process keeps " + file + " locked", e);
                }
            }
            if (System.nanoTime() > end) {
                throw ToolException.unavailable("another process has been preparing " + file + " for "
                        + MIGRATION_PATIENCE.toSeconds() + " s; stop it, or try again later");
            }
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw ToolException.unavailable("interrupted while waiting for the store", e);
            }
        }
    }

    /** Kept in the file's header, so once is enough; the pragma answers with what holds. */
    private void useWriteAheadLog() throws SQLException {
        Connection connection = source.getConnection();
        try (Statement statement = connection.createStatement();
                ResultSet mode = statement.executeQuery("pragma journal_mode = wal")) {
            if (!mode.next() || !mode.getString(1).equals("wal")) {
                throw ToolException.unavailable(
                        "the file system of " + file + " has no shared memory for SQLite's write-ahead log; "
                                + "put the data directory on a local disk");
            }
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
        idleWriter.push(connection);
    }

    @Override
    public String dialect() {
        return "sqlite";
    }

    @Override
    public Connection borrow(boolean write) throws SQLException {
        if (write) {
            if (writing.isHeldByCurrentThread()) {
                throw new IllegalStateException("a transaction within a transaction would wait for itself");
            }
            writing.lock();
        } else {
            reading.acquireUninterruptibly();
        }
        try {
            Connection idle = (write ? idleWriter : idleReaders).poll();
            Connection connection = idle != null ? idle : fresh(write);
            try {
                execute(connection, write ? "begin immediate" : "begin");
            } catch (SQLException e) {
                closeQuietly(connection);
                throw e;
            }
            return connection;
        } catch (SQLException | RuntimeException e) {
            release(write);
            throw e;
        }
    }

    private Connection fresh(boolean write) throws SQLException {
        if (closed) {
            throw new IllegalStateException("the store is closed");
        }
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw ToolException.unavailable(file + " has been removed while in use; restart the server");
        }
        Connection connection = source.getConnection();
        if (!write) {
            execute(connection, "pragma query_only = on");
        }
        return connection;
    }

    @Override
    public void commit(Connection connection) throws SQLException {
        execute(connection, "commit");
    }

    @Override
    public void rollback(Connection connection) throws SQLException {
        execute(connection, "rollback");
    }

    /** Not the driver's own commit: that begins another transaction at once, and with it keeps the lock. */
    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void giveBack(Connection connection, boolean write, boolean whole) {
        try {
            if (!whole || closed) {
                closeQuietly(connection);
            } else {
                (write ? idleWriter : idleReaders).push(connection);
            }
        } finally {
            release(write);
        }
    }

    private void release(boolean write) {
        if (write) {
            writing.unlock();
        } else {
            reading.release();
        }
    }

    @Override
    public boolean hasTable(Connection connection, String name) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("select 1 from sqlite_master where type = 'table' and name = ?")) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    @Override
    public DataSource dataSource() {
        return source;
    }

    @Override
    public boolean passes(SQLException failure) {
        return switch (primary(failure)) {
            case 5, 6 -> true; // SQLITE_BUSY, SQLITE_LOCKED
            default -> false;
        };
    }

    /** By SQLite's primary result code, https://sqlite.org/rescode.html. */
    @Override
    public ToolException explain(SQLException failure) {
        return switch (primary(failure)) {
            case 5, 6 ->
                ToolException.unavailable("another process keeps " + file + " locked; try again later", failure);
            case 3, 8, 14 ->
                ToolException.unavailable(
                        "cannot write " + file + "; make it and its directory writable for this user", failure);
            case 10 ->
                ToolException.unavailable(
                        "the disk is full or fails: %s cannot be read or written; free space, or look into the system's log"
                                .formatted(file),
                        failure);
            case 13 ->
                ToolException.unavailable("the disk is full: nothing more fits in " + file + "; free space", failure);
            case 11, 26 ->
                ToolException.unavailable(
                        file
                                + " is damaged, or not Millwright's; restore it from a backup, or move it away to begin anew",
                        failure);
            default -> ToolException.internal("the store failed", failure);
        };
    }

    private static int primary(SQLException failure) {
        return failure.getErrorCode() & 0xff;
    }

    @Override
    public void close() {
        closed = true;
        List.of(idleReaders, idleWriter).forEach(idle -> {
            for (Connection c = idle.poll(); c != null; c = idle.poll()) {
                closeQuietly(c);
            }
        });
    }

    /** Everything acknowledged is on the disk before: a failure to close loses nothing. */
    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LoggerFactory.getLogger(SqliteEngine.class).debug("closing a connection", e);
        }
    }
}
