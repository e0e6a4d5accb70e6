package dev.millwright.git.history;

import dev.millwright.git.repo.Repo;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * Holds what JGit's garbage collection does not know of: indexes, heads, reflogs and operations in progress of linked
 * working trees, and those of this one. One ref to one commit that has all of it, for as long as this is open.
 */
final class Pins implements AutoCloseable {
    private static final String REF = "refs/millwright/gc";
    private static final Pattern ID = Pattern.compile("\\b[0-9a-f]{40}\\b");
    private static final int LONGEST = 10_000_000;
    private static final int DEPTH = 6;

    private final Repo repo;

    Pins(Repo repo) {
        this.repo = repo;
    }

    void set() throws IOException {
        Path common = repo.git().getCommonDirectory().toPath();
        Set<ObjectId> ids = new LinkedHashSet<>();
        Set<ObjectId> blobs = new LinkedHashSet<>();
        collect(common, 1, ids, blobs);
        for (String folder : List.of("worktrees", "rebase-merge", "rebase-apply", "sequencer")) {
            collect(common.resolve(folder), DEPTH, ids, blobs);
        }
        try (ObjectInserter inserter = repo.git().newObjectInserter();
                RevWalk walk = new RevWalk(repo.git())) {
            List<RevCommit> commits = new ArrayList<>();
            TreeFormatter tree = new TreeFormatter();
            int entries = 0;
            ObjectReader reader = walk.getObjectReader();
            for (ObjectId id : ids) {
                if (reader.has(id)) {
                    RevObject object = walk.peel(walk.parseAny(id));
                    if (object instanceof RevCommit commit) {
                        commits.add(commit);
                    } else {
                        boolean isTree = object.getType() == Constants.OBJ_TREE;
                        tree.append(name(entries++), isTree ? FileMode.TREE : FileMode.REGULAR_FILE, object);
                    }
                }
            }
            for (ObjectId id : blobs) {
                if (reader.has(id)) {
                    tree.append(name(entries++), FileMode.REGULAR_FILE, id);
                }
            }
            CommitBuilder all = new CommitBuilder();
            all.setTreeId(inserter.insert(tree));
            all.setParentIds(commits);
            all.setAuthor(new PersonIdent("millwright", "", Instant.EPOCH, ZoneOffset.UTC));
            all.setCommitter(all.getAuthor());
            all.setMessage("What garbage collection must keep\n");
            ObjectId pin = inserter.insert(all);
            inserter.flush();
            RefUpdate update = repo.git().updateRef(REF);
            update.setNewObjectId(pin);
            update.disableRefLog();
            demand(update.forceUpdate());
        }
    }

    private static String name(int number) {
        return "%010d".formatted(number);
    }

    private void collect(Path folder, int depth, Set<ObjectId> ids, Set<ObjectId> blobs) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder, depth)) {
            files = walk.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            if (name.equals("index")) {
                index(file, blobs);
            } else if (!name.equals("packed-refs") && Files.size(file) <= LONGEST) {
                Matcher id = ID.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
                while (id.find()) {
                    ids.add(ObjectId.fromString(id.group()));
                }
            }
        }
    }

    private void index(Path file, Set<ObjectId> blobs) {
        try {
            DirCache index = DirCache.read(file.toFile(), repo.git().getFS());
            for (int i = 0; i < index.getEntryCount(); i++) {
                DirCacheEntry entry = index.getEntry(i);
                if (!entry.getFileMode().equals(FileMode.GITLINK)) {
                    blobs.add(entry.getObjectId());
                }
            }
        } catch (IOException e) {
            throw ToolException.unavailable(
                    "a linked working tree of %s has an index that cannot be read; what it holds might be lost"
                            .formatted(repo.shown()),
                    e);
        }
    }

    private void demand(RefUpdate.Result result) {
        switch (result) {
            case NEW, FORCED, FAST_FORWARD, NO_CHANGE -> {}
            default -> throw ToolException.conflict(REF + " of " + repo.shown() + " cannot be written: " + result);
        }
    }

    @Override
    public void close() throws IOException {
        RefUpdate update = repo.git().updateRef(REF);
        update.setForceUpdate(true);
        update.disableRefLog();
        update.delete();
    }
}
