package dev.millwright.git.remote;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.Revisions;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdRef;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.FilterSpec;
import org.eclipse.jgit.transport.PackLock;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;

/** Brings what a partial clone left at its remote: folders first, then files, each in one request. */
public final class Promised {
    /** Requests for folders in folders; a server that knows filters needs one. */
    private static final int ROUNDS = 100;

    private static final int MOST = 2_000_000;

    private final Call call;
    private final Repo repo;
    private final Remotes remotes;
    private final RemoteUrl url;
    private final String lock;

    /** @param url of the remote that promised it */
    public Promised(Call call, Repo repo, Remotes remotes, RemoteUrl url) {
        this.call = call;
        this.repo = repo;
        this.remotes = remotes;
        this.url = url;
        this.lock = "millwright promised " + call.id();
    }

    /**
     * The trees of a revision, or of all commits of a range.
     *
     * @param field of the input, for the message
     */
    public static Set<ObjectId> trees(Call call, Repo repo, String field, String revision) throws IOException {
        Set<ObjectId> trees = new LinkedHashSet<>();
        try (RevWalk walk = new RevWalk(repo.git())) {
            Optional<Revisions.Range> range = Revisions.range(repo, field, revision);
            if (range.isEmpty()) {
                return Set.of(
                        Revisions.commit(repo, walk, field, revision).getTree().copy());
            }
            RevCommit from = walk.parseCommit(range.get().from());
            walk.markStart(walk.parseCommit(range.get().to()));
            if (range.get().symmetric()) {
                walk.markStart(from);
            } else {
                walk.markUninteresting(from);
                trees.add(from.getTree().copy());
            }
            for (RevCommit commit = walk.next(); commit != null; commit = walk.next()) {
                CallMonitor.check(call);
                trees.add(commit.getTree().copy());
            }
            return trees;
        }
    }

    /** As {@link #bring(Collection)}. @throws ToolException {@code INVALID_INPUT} for a remote that promised nothing */
    public int bring(Remote remote, Collection<ObjectId> trees) throws InterruptedException, IOException {
        if (!ObjectFilter.isPromisor(repo, remote.name())) {
            throw ToolException.invalidInput("/missing is for partial clones: %s is none of the remote %s"
                    .formatted(repo.shown(), remote.name()));
        }
        return bring(trees);
    }

    private record Lacking(Set<ObjectId> trees, Set<ObjectId> blobs) {
        boolean isNothing() {
            return trees.isEmpty() && blobs.isEmpty();
        }
    }

    /** All that trees lead to and that is not here. @return how many objects were asked for */
    public int bring(Collection<ObjectId> trees) throws InterruptedException, IOException {
        Lacking lacking = lacking(trees);
        if (lacking.isNothing()) {
            return 0;
        }
        // Without refs: what is told to be here is not sent, nor anything it leads to.
        try (Repo objects = repo.withoutRefs();
                Link link = remotes.open(call, objects, url)) {
            int asked = 0;
            for (int round = 0; !lacking.trees().isEmpty(); round++) {
                if (round == ROUNDS) {
                    throw ToolException.unavailable(url + " does not send the folders it is asked for");
                }
                asked += lacking.trees().size();
                fetch(link, lacking.trees(), new ObjectFilter("blob:none").spec());
                lacking = lacking(trees);
            }
            if (!lacking.blobs().isEmpty()) {
                asked += lacking.blobs().size();
                fetch(link, lacking.blobs(), FilterSpec.NO_FILTER);
            }
            return asked;
        }
    }

    private Lacking lacking(Collection<ObjectId> roots) throws IOException {
        Lacking lacking = new Lacking(new LinkedHashSet<>(), new LinkedHashSet<>());
        Set<ObjectId> seen = new HashSet<>();
        Deque<ObjectId> open = new ArrayDeque<>(roots);
        try (ObjectReader reader = repo.git().newObjectReader()) {
            while (!open.isEmpty()) {
                ObjectId tree = open.pop();
                if (!seen.add(tree) || tree.equals(ObjectId.zeroId())) {
                    continue;
                }
                CallMonitor.check(call);
                if (!reader.has(tree)) {
                    lacking.trees().add(tree);
                    continue;
                }
                CanonicalTreeParser entry = new CanonicalTreeParser();
                for (entry.reset(reader, tree); !entry.eof(); entry.next()) {
                    ObjectId id = entry.getEntryObjectId();
                    if (FileMode.TREE.equals(entry.getEntryRawMode())) {
                        open.push(id);
                    } else if (!FileMode.GITLINK.equals(entry.getEntryRawMode()) && seen.add(id) && !reader.has(id)) {
                        lacking.blobs().add(id);
                    }
                }
                if (lacking.blobs().size() > MOST) {
                    throw ToolException.limit("more than %d files are missing; name fewer commits".formatted(MOST));
                }
            }
        }
        return lacking;
    }

    private void fetch(Link link, Collection<ObjectId> ids, FilterSpec filter) throws InterruptedException {
        List<Ref> wants = new ArrayList<>();
        for (ObjectId id : ids) {
            wants.add(new ObjectIdRef.Unpeeled(Ref.Storage.NETWORK, id.name(), id));
        }
        link.run(() -> {
            link.transport().setFilterSpec(filter);
            link.transport().setFetchThin(false);
            try (FetchConnection connection = link.transport().openFetch(List.of(), Constants.HEAD)) {
                connection.setPackLockMessage(lock);
                connection.fetch(new CallMonitor(call), wants, Set.of());
                PromisorPacks.mark(repo, lock);
                for (PackLock each : connection.getPackLocks()) {
                    each.unlock();
                }
            }
            return Optional.empty();
        });
        CallMonitor.check(call);
    }
}
