package dev.millwright.git.undo;

import dev.millwright.git.repo.IndexHold;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.undo.Vault.Content;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Version;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;

/** How a repository is, but for its working tree: looked at, and brought back. */
final class Snapshot {
    /** Refs of ours, which no listing shows. */
    static final String OURS = "refs/millwright/";

    private static final String INDEX = "index";
    private static final int MOST_INDEX = 1 << 30;

    /** What a working tree's own Git folder holds beside HEAD and index: an operation in progress. */
    private static final List<String> OWN = List.of(
            "MERGE_HEAD",
            "MERGE_MSG",
            "MERGE_MODE",
            "AUTO_MERGE",
            "CHERRY_PICK_HEAD",
            "REVERT_HEAD",
            "REBASE_HEAD",
            "SQUASH_MSG",
            "ORIG_HEAD",
            "FETCH_HEAD",
            "config.worktree",
            "rebase-merge/",
            "rebase-apply/",
            "sequencer/",
            "millwright/");

    private static final List<String> COMMON = List.of("config", "shallow", "logs/refs/stash");

    private final Repo repo;
    private final Vault vault;

    Snapshot(Repo repo, Vault vault) {
        this.repo = repo;
        this.vault = vault;
    }

    Map<String, Content> own() {
        return files(repo.git().getDirectory(), OWN);
    }

    /** @param worktrees whether the folders of linked working trees are looked at as well */
    Map<String, Content> common(boolean worktrees) {
        List<String> paths = worktrees
                ? java.util.stream.Stream.concat(COMMON.stream(), java.util.stream.Stream.of("worktrees/"))
                        .toList()
                : COMMON;
        return files(repo.git().getCommonDirectory(), paths);
    }

    /** Some files of the shared Git folder. */
    Map<String, Content> common(List<String> paths) {
        return files(repo.git().getCommonDirectory(), paths);
    }

    private Map<String, Content> files(java.io.File folder, List<String> paths) {
        Map<String, Content> files = new TreeMap<>();
        try (GitFolder git = new GitFolder(repo.workspace(), folder)) {
            paths.forEach(path -> git.list(path, vault, files));
        }
        return files;
    }

    void restoreOwn(Map<String, Content> now, Map<String, Content> wanted) {
        try (GitFolder git = new GitFolder(repo.workspace(), repo.git().getDirectory())) {
            git.restore(now, wanted, vault);
        }
    }

    void restoreCommon(Map<String, Content> now, Map<String, Content> wanted) {
        try (GitFolder git = new GitFolder(repo.workspace(), repo.git().getCommonDirectory())) {
            git.restore(now, wanted, vault);
        }
    }

    /** HEAD, as an id or {@code ref: } and a branch. */
    String head() {
        try {
            Ref head = repo.git().exactRef(Constants.HEAD);
            return head == null ? RefWrites.GONE : value(head);
        } catch (IOException e) {
            throw ToolException.unavailable("HEAD of " + repo.shown() + " cannot be read", e);
        }
    }

    /** All refs but ours and HEAD. */
    Map<String, String> refs() {
        try {
            Map<String, String> refs = new TreeMap<>();
            for (Ref ref : repo.git().getRefDatabase().getRefsByPrefix(Constants.R_REFS)) {
                if (!ref.getName().startsWith(OURS)) {
                    refs.put(ref.getName(), value(ref));
                }
            }
            return refs;
        } catch (IOException e) {
            throw ToolException.unavailable("the refs of " + repo.shown() + " cannot be read", e);
        }
    }

    private static String value(Ref ref) {
        if (ref.isSymbolic()) {
            return RefWrites.SYMBOLIC + ref.getTarget().getName();
        }
        ObjectId id = ref.getObjectId();
        return id == null ? RefWrites.GONE : id.name();
    }

    /** The index file. @param bytes empty where there is none */
    record IndexFile(byte[] bytes, Optional<Stat> stat) {
        String digest() {
            return IndexDigest.of(bytes);
        }

        long modified() {
            return stat.map(Stat::modifiedNanos).orElse(0L);
        }
    }

    IndexFile index() {
        try (GitFolder git = new GitFolder(repo.workspace(), repo.git().getDirectory())) {
            if (git.stat(INDEX).isEmpty()) {
                return new IndexFile(new byte[0], Optional.empty());
            }
            try (OpenFile file = git.folder().file(INDEX)) {
                Stat stat = file.stat();
                return new IndexFile(Version.all(file, MOST_INDEX), Optional.of(stat));
            }
        }
    }

    /** Whether the index file is the very one that was looked at. */
    boolean isIndex(IndexFile seen) {
        try (GitFolder git = new GitFolder(repo.workspace(), repo.git().getDirectory())) {
            Optional<Stat> now = git.stat(INDEX);
            return now.isEmpty() && seen.stat().isEmpty()
                    || now.isPresent()
                            && seen.stat().isPresent()
                            && now.get().sameEntryAs(seen.stat().get())
                            && now.get().size() == seen.stat().get().size()
                            && now.get().modifiedNanos() == seen.stat().get().modifiedNanos();
        }
    }

    /**
     * Puts an index in the place of the one there, under its lock, with the time it had: files younger than it are still
     * known to be so.
     *
     * @param expected digest of the index that is to go
     * @throws ToolException {@code CONFLICT} when another program holds the lock, or replaced the index
     */
    void restoreIndex(Optional<Content> wanted, long modified, String expected) {
        try (IndexHold hold = IndexHold.take(repo)) {
            if (!index().digest().equals(expected)) {
                throw ToolException.conflict("the index of " + repo.shown() + " was changed meanwhile");
            }
            if (wanted.isPresent()) {
                hold.commit(vault.bytes(wanted.get()), OptionalLong.of(modified));
            } else {
                hold.remove();
            }
        }
    }
}
