package dev.millwright.git.repo;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/** What JGit sees of this machine: no environment, no home, no configuration of the operator's. */
final class QuietSystem extends SystemReader.Delegate {
    private static final int MB = 1 << 20;

    /** Longer than a tick of any kernel's clock, by which it stamps files. */
    private static final long TICK_NANOS = 10_000_000;

    private static final class Once {
        static {
            SystemReader.setInstance(new QuietSystem(SystemReader.getInstance()));
            AtEnd.install();
            WindowCacheConfig windows = new WindowCacheConfig();
            windows.setPackedGitLimit(Math.clamp(Runtime.getRuntime().maxMemory() / 4, 10 * MB, 256 * MB));
            windows.setDeltaBaseCacheLimit(Math.clamp(Runtime.getRuntime().maxMemory() / 16, 10 * MB, 64 * MB));
            windows.setPackedGitOpenFiles(512);
            windows.setExposeStatsViaJmx(false);
            windows.install();
        }

        static void touch() {
            // Entering the class has done it.
        }
    }

    private QuietSystem(SystemReader machine) {
        super(machine);
    }

    /** Before JGit opens anything; JGit keeps this for the whole program. */
    static void install() {
        Once.touch();
    }

    @Override
    public @Nullable String getenv(String variable) {
        return null;
    }

    @Override
    public String getHostname() {
        return "localhost";
    }

    @Override
    public @Nullable Path getXdgConfigDirectory(FS fileSystem) {
        return null;
    }

    @Override
    public FileBasedConfig openUserConfig(Config parent, FS fs) {
        return new Defaults(parent);
    }

    @Override
    public FileBasedConfig openSystemConfig(Config parent, FS fs) {
        return new MemoryConfig(parent);
    }

    @Override
    public FileBasedConfig openJGitConfig(Config parent, FS fs) {
        return new Defaults(parent);
    }

    /** What holds for all repositories. */
    private static final class Defaults extends MemoryConfig {
        Defaults(@Nullable Config parent) {
            super(parent);
            setInt("pack", null, "threads", 1);
        }

        /** Told rather than measured: JGit would try it out with files of its own inside of the repository. */
        @Override
        public long getTimeUnit(String section, @Nullable String sub, String name, long orElse, TimeUnit unit) {
            return section.equals("filesystem")
                    ? unit.convert(TICK_NANOS, TimeUnit.NANOSECONDS)
                    : super.getTimeUnit(section, sub, name, orElse, unit);
        }
    }
}
