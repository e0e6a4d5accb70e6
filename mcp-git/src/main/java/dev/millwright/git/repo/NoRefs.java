package dev.millwright.git.repo;

import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefDatabase;
import org.eclipse.jgit.lib.RefRename;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.ReflogReader;
import org.jspecify.annotations.Nullable;

/** No ref at all, nor a way to make one. */
final class NoRefs extends RefDatabase {
    @Override
    public void create() {
        throw new UnsupportedOperationException("no refs");
    }

    @Override
    public void close() {
        // Nothing is open.
    }

    @Override
    public boolean isNameConflicting(String name) {
        return false;
    }

    @Override
    public RefUpdate newUpdate(String name, boolean detach) {
        throw new UnsupportedOperationException("no refs");
    }

    @Override
    public RefRename newRename(String from, String to) {
        throw new UnsupportedOperationException("no refs");
    }

    @Override
    public @Nullable Ref exactRef(String name) {
        return null;
    }

    @Override
    public @Nullable ReflogReader getReflogReader(Ref ref) {
        return null;
    }

    /** Deprecated by JGit, and yet what it must be asked by. */
    @Override
    @Deprecated
    @SuppressWarnings("deprecation")
    public Map<String, Ref> getRefs(String prefix) {
        return Map.of();
    }

    @Override
    public List<Ref> getAdditionalRefs() {
        return List.of();
    }

    @Override
    public Ref peel(Ref ref) {
        return ref;
    }
}
