package dev.millwright.git.repo;

import dev.millwright.git.config.GitConfig;
import dev.millwright.git.config.GitReach;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Target;
import dev.millwright.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Repository;

/**
 * An open repository of a tenant, safe for use by several threads.
 *
 * @param top of its working tree, or the repository itself where it is bare
 * @param gitDir the repository's own folder, as in {@code .git}
 * @param git what JGit makes of it: it starts no program and reads no configuration but what is allowed
 * @param partial whether objects may be missing that another repository promised
 * @param remembered what was read of it before
 * @param changing held by who changes this repository or a linked working tree of it, one at a time in this process
 */
public record Repo(
        Tenant tenant,
        GitReach reach,
        GitConfig config,
        Workspace workspace,
        Target top,
        Target gitDir,
        Repository git,
        boolean partial,
        Remembered remembered,
        ReentrantLock changing)
        implements AutoCloseable {

    /** How answers and errors call it. */
    public String shown() {
        return RepoText.path(top.shown());
    }

    public boolean isBare() {
        return git.isBare();
    }

    /** The top of the working tree, open. @throws ToolException {@code CONFLICT} for a bare repository */
    public Folder work() {
        mustHaveTree();
        return workspace.folder(top);
    }

    /** Where the index is. @throws ToolException {@code CONFLICT} for a bare repository */
    public Path indexFile() {
        mustHaveTree();
        return git.getIndexFile().toPath();
    }

    /** The index as it is now, in memory. @throws ToolException {@code CONFLICT} for a bare repository */
    public DirCache index() {
        mustHaveTree();
        try {
            return git.readDirCache();
        } catch (IOException e) {
            throw ToolException.unavailable("the index of " + shown() + " cannot be read", e);
        }
    }

    private void mustHaveTree() {
        if (isBare()) {
            throw ToolException.conflict(shown() + " is bare: it has neither index nor working tree. History, branches,"
                    + " tags, remotes, git_switch and a soft git_reset work; git_clone makes a repository with files"
                    + " of it, git_worktree a working tree");
        }
    }

    /** How answers and errors call a path of the working tree. */
    public String shown(String path) {
        return RepoText.path(at(path).shown());
    }

    /** A path of the working tree. */
    public Target at(String path) {
        return workspace.at(top.root(), top.path().isEmpty() ? path : top.path() + "/" + path);
    }

    /** The folder that linked working trees share: with the refs, the objects and the configuration. */
    public Target commonDir() {
        return workspace.at(git.getCommonDirectory().getPath());
    }

    /** The same repository as one that has objects and no refs; to be closed after use. */
    public Repo withoutRefs() {
        try {
            return new Repo(
                    tenant,
                    reach,
                    config,
                    workspace,
                    top,
                    gitDir,
                    ((GuardedRepository) git).withoutRefs(),
                    partial,
                    new Remembered(),
                    changing);
        } catch (IOException e) {
            throw ToolException.unavailable(shown() + " cannot be read", e);
        }
    }

    /** What to say of an object that is not there. */
    public ToolException lacks(AnyObjectId id) {
        return partial
                ? PromisedReader.lacking("object " + id.name())
                : ToolException.notFound("%s lacks the object %s".formatted(shown(), id.name()));
    }

    @Override
    public void close() {
        git.close();
    }
}
