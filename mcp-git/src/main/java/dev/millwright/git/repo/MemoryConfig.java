package dev.millwright.git.repo;

import java.io.File;
import java.io.IOException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.jspecify.annotations.Nullable;

/** A configuration that has no file: JGit can neither read more into it nor save it. */
class MemoryConfig extends FileBasedConfig {
    MemoryConfig(@Nullable Config parent) {
        super(parent, new File("memory"), FS.DETECTED);
    }

    @Override
    public final void load() {
        // All there is was set.
    }

    @Override
    public final boolean isOutdated() {
        return false;
    }

    @Override
    public final void save() throws IOException {
        throw new IOException("the configuration is changed by other means");
    }

    @Override
    protected final byte @Nullable [] readIncludedConfig(String path) {
        return null;
    }
}
