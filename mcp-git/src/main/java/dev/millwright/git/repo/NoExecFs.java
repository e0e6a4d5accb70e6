package dev.millwright.git.repo;

import dev.millwright.tool.ToolException;
import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.FS_POSIX;
import org.eclipse.jgit.util.ProcessResult;
import org.jspecify.annotations.Nullable;

/** JGit's way to files and programs, without the programs, and with no path out of the roots. */
final class NoExecFs extends FS_POSIX {
    private static final boolean WINDOWS = File.separatorChar == '\\';

    private final List<Path> roots;

    /** @param roots absolute, links resolved */
    NoExecFs(List<Path> roots) {
        this.roots = List.copyOf(roots);
        // Else JGit asks a shell.
        setUmask(022);
    }

    private NoExecFs(NoExecFs other) {
        super(other);
        roots = other.roots;
        setUmask(022);
    }

    @Override
    public FS newInstance() {
        return new NoExecFs(this);
    }

    private static UnsupportedOperationException refused() {
        return new UnsupportedOperationException("no program is started for a repository");
    }

    @Override
    public ProcessBuilder runInShell(String command, String[] arguments) {
        throw refused();
    }

    @Override
    public int runProcess(ProcessBuilder builder, OutputStream out, OutputStream err, @Nullable String in) {
        throw refused();
    }

    @Override
    public int runProcess(ProcessBuilder builder, OutputStream out, OutputStream err, @Nullable InputStream in) {
        throw refused();
    }

    @Override
    public ExecutionResult execute(ProcessBuilder builder, InputStream in) {
        throw refused();
    }

    @Override
    public ProcessResult runHookIfPresent(
            Repository repository,
            String hook,
            String[] arguments,
            OutputStream out,
            OutputStream err,
            @Nullable String in) {
        return new ProcessResult(ProcessResult.Status.NOT_PRESENT);
    }

    @Override
    public @Nullable File findHook(Repository repository, String hook) {
        return null;
    }

    @Override
    protected @Nullable File discoverGitExe() {
        return null;
    }

    @Override
    protected @Nullable File discoverGitSystemConfig() {
        return null;
    }

    @Override
    public @Nullable File getGitSystemConfig() {
        return null;
    }

    @Override
    public @Nullable File userHome() {
        return null;
    }

    @Override
    protected @Nullable File userHomeImpl() {
        return null;
    }

    /**
     * {@code config} becomes a name that never exists: what of it counts is handed to JGit ready made.
     *
     * @throws ToolException {@code DENIED} for what lies outside of all roots; textual, links are the opening check's
     */
    @Override
    public File resolve(@Nullable File folder, String name) {
        if (folder != null && name.equals(Constants.CONFIG)) {
            return new File(folder, ".config-is-in-memory");
        }
        File resolved = super.resolve(folder, name);
        try {
            Path path = resolved.toPath().toAbsolutePath().normalize();
            if (roots.stream().anyMatch(path::startsWith)) {
                return resolved;
            }
        } catch (InvalidPathException e) {
            throw ToolException.denied("the repository names what cannot be a path");
        }
        throw ToolException.denied("the repository names a path out of the roots");
    }

    @Override
    public boolean supportsExecute() {
        return !WINDOWS;
    }

    @Override
    public boolean canExecute(File file) {
        return !WINDOWS && super.canExecute(file);
    }

    @Override
    public boolean setExecute(File file, boolean executable) {
        return !WINDOWS && super.setExecute(file, executable);
    }

    @Override
    public boolean isCaseSensitive() {
        return !WINDOWS && super.isCaseSensitive();
    }

    @Override
    public boolean retryFailedLockFileCommit() {
        return WINDOWS;
    }
}
