package dev.millwright.git.remote;

import dev.millwright.git.commit.Protected;
import dev.millwright.git.remote.FetchSpec.Pair;
import dev.millwright.git.remote.Fetched.How;
import dev.millwright.git.remote.Fetched.Moved;
import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.eclipse.jgit.errors.PackProtocolException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.PackLock;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;

/**
 * Brings objects first and moves refs after, by the one way refs are moved here: JGit's own fetch moves them unannounced.
 */
public final class Fetching {
    /** Depth that means all of history, as Git's protocol has it. */
    public static final int WHOLE = Integer.MAX_VALUE;

    /** Which tags come along. */
    public enum Tags {
        /** Those of commits that are fetched. */
        FOLLOW,
        ALL,
        NONE
    }

    /**
     * What to bring.
     *
     * @param prune whether tracking refs go whose branch is gone
     * @param depth commits of history, {@link #WHOLE} to make a shallow repository whole
     */
    public record Wish(List<FetchSpec> specs, Tags tags, boolean prune, OptionalInt depth) {
        public Wish {
            specs = List.copyOf(specs);
        }
    }

    private final Change change;
    private final Repo repo;
    private final Repository git;
    private final Link link;
    private final String remote;
    private final Wish wish;

    /** What the remote promised to keep for us; empty unless this is a partial clone of it. */
    private final Optional<ObjectFilter> filter;

    private final String lock;

    /** @param remote its name */
    public Fetching(Change change, Link link, String remote, Wish wish) {
        this.change = change;
        this.repo = change.repo();
        this.git = repo.git();
        this.link = link;
        this.remote = remote;
        this.wish = wish;
        this.filter = ObjectFilter.of(repo, remote);
        this.lock = "millwright fetch " + change.opId();
    }

    private record Brought(Map<String, Ref> advertised, List<Pair> pairs, List<PackLock> locks) {}

    /** @throws ToolException {@code NOT_FOUND} for what the remote lacks, {@code CONFLICT} for the branch checked out */
    public Fetched run() throws InterruptedException, IOException {
        Brought brought = link.run(this::bring);
        try {
            List<Moved> moved = new ArrayList<>();
            if (wish.prune()) {
                prune(brought.advertised(), moved);
            }
            move(brought.pairs(), moved);
            return new Fetched(moved);
        } finally {
            for (PackLock lock : brought.locks()) {
                lock.unlock();
            }
        }
    }

    private Brought bring() throws IOException {
        link.transport().setTagOpt(wish.tags() == Tags.NONE ? TagOpt.NO_TAGS : TagOpt.AUTO_FOLLOW);
        filter.ifPresent(known -> {
            link.transport().setFilterSpec(known.spec());
            // What a thin pack is made of may be among that which is not here.
            link.transport().setFetchThin(false);
        });
        if (wish.depth().isPresent()) {
            link.transport().setDepth(wish.depth().getAsInt());
        }
        List<PackLock> locks = new ArrayList<>();
        try {
            Map<String, Ref> advertised;
            List<Pair> pairs;
            try (FetchConnection connection = open()) {
                advertised = connection.getRefsMap();
                pairs = new ArrayList<>(pairs(advertised));
                get(connection, pairs, wish.depth().isPresent(), locks);
            }
            List<Pair> tags = wish.tags() == Tags.FOLLOW ? following(advertised, pairs) : List.of();
            if (!tags.isEmpty() && lacksOneOf(tags)) {
                try (FetchConnection connection = open()) {
                    get(connection, tags, false, locks);
                }
            }
            pairs.addAll(tags);
            checkConnected(pairs);
            return new Brought(advertised, pairs, locks);
        } catch (IOException | RuntimeException e) {
            for (PackLock lock : locks) {
                lock.unlock();
            }
            throw e;
        }
    }

    private FetchConnection open() throws IOException {
        Set<String> prefixes = new LinkedHashSet<>(List.of(Constants.HEAD));
        wish.specs().forEach(spec -> prefixes.addAll(spec.prefixes()));
        if (wish.tags() != Tags.NONE) {
            prefixes.add(Constants.R_TAGS);
        }
        return link.transport().openFetch(List.<RefSpec>of(), prefixes.toArray(String[]::new));
    }

    private Collection<Pair> pairs(Map<String, Ref> advertised) {
        Map<String, Pair> byTarget = new LinkedHashMap<>();
        List<Pair> all = new ArrayList<>();
        wish.specs().forEach(spec -> all.addAll(spec.match(advertised, remote)));
        if (wish.tags() == Tags.ALL) {
            advertised.values().stream()
                    .filter(ref -> ref.getName().startsWith(Constants.R_TAGS))
                    .filter(ref -> Repository.isValidRefName(ref.getName()))
                    .forEach(ref -> all.add(new Pair(ref, ref.getName(), false)));
        }
        for (Pair pair : all) {
            if (pair.source().getObjectId() != null) {
                Pair other = byTarget.putIfAbsent(pair.target(), pair);
                if (other != null
                        && !other.source().getObjectId().equals(pair.source().getObjectId())) {
                    throw ToolException.invalidInput("/refspecs give %s two values: of %s and of %s"
                            .formatted(
                                    pair.target(),
                                    other.source().getName(),
                                    pair.source().getName()));
                }
            }
        }
        return byTarget.values();
    }

    private void get(FetchConnection connection, List<Pair> pairs, boolean deepen, List<PackLock> locks)
            throws IOException {
        Map<String, Ref> wants = new HashMap<>();
        for (Pair pair : pairs) {
            if (deepen || !has(pair.source().getObjectId())) {
                wants.put(pair.source().getObjectId().name(), pair.source());
            }
        }
        if (!wants.isEmpty()) {
            connection.setPackLockMessage(lock);
            try {
                connection.fetch(new CallMonitor(link.call()), wants.values(), Set.of());
                if (filter.isPresent()) {
                    PromisorPacks.mark(repo, lock);
                }
            } catch (TransportException e) {
                if (filter.isEmpty()
                        || !(e instanceof PackProtocolException || e.getCause() instanceof PackProtocolException)) {
                    throw e;
                }
                throw ToolException.unavailable(
                        "%s does not serve the filter %s of a partial clone; git_clone takes all when /filter is left out"
                                .formatted(link.url(), filter.get().line()),
                        e);
            } finally {
                locks.addAll(connection.getPackLocks());
            }
            CallMonitor.check(link.call());
        }
    }

    /** Tags that are new here and point into what is here now. */
    private List<Pair> following(Map<String, Ref> advertised, List<Pair> pairs) throws IOException {
        Set<String> taken = new LinkedHashSet<>();
        pairs.forEach(pair -> taken.add(pair.target()));
        List<Pair> tags = new ArrayList<>();
        for (Ref ref : advertised.values()) {
            if (ref.getName().startsWith(Constants.R_TAGS)
                    && Repository.isValidRefName(ref.getName())
                    && !taken.contains(ref.getName())
                    && ref.getObjectId() != null
                    && git.exactRef(ref.getName()) == null
                    && has(ref.getPeeledObjectId() == null ? ref.getObjectId() : ref.getPeeledObjectId())) {
                tags.add(new Pair(ref, ref.getName(), false));
            }
        }
        return tags;
    }

    private boolean lacksOneOf(List<Pair> tags) throws IOException {
        for (Pair tag : tags) {
            if (!has(tag.source().getObjectId())) {
                return true;
            }
        }
        return false;
    }

    private boolean has(ObjectId id) throws IOException {
        return git.getObjectDatabase().has(id);
    }

    /** That everything the new values need is here; else a ref would break the repository. */
    private void checkConnected(List<Pair> pairs) throws IOException {
        if (filter.isPresent()) {
            checkCommits(pairs);
            return;
        }
        try (ObjectWalk walk = new ObjectWalk(git)) {
            walk.setRetainBody(false);
            for (Pair pair : pairs) {
                walk.markStart(walk.parseAny(pair.source().getObjectId()));
            }
            for (Ref ref : git.getRefDatabase().getRefs()) {
                if (ref.getObjectId() != null && has(ref.getObjectId())) {
                    walk.markUninteresting(walk.parseAny(ref.getObjectId()));
                }
            }
            for (RevCommit commit = walk.next(); commit != null; commit = walk.next()) {
                CallMonitor.check(link.call());
            }
            for (RevObject object = walk.nextObject(); object != null; object = walk.nextObject()) {
                if (!has(object)) {
                    throw ToolException.unavailable(link.url() + " did not send all objects that its refs need");
                }
            }
        }
    }

    /** Of a partial clone: files and folders may be missing, commits not. */
    private void checkCommits(List<Pair> pairs) throws IOException {
        try (RevWalk walk = new RevWalk(git)) {
            walk.setRetainBody(false);
            for (Pair pair : pairs) {
                if (walk.peel(walk.parseAny(pair.source().getObjectId())) instanceof RevCommit commit) {
                    walk.markStart(commit);
                }
            }
            for (Ref ref : git.getRefDatabase().getRefs()) {
                if (ref.getObjectId() != null
                        && has(ref.getObjectId())
                        && walk.peel(walk.parseAny(ref.getObjectId())) instanceof RevCommit commit) {
                    walk.markUninteresting(commit);
                }
            }
            while (walk.next() != null) {
                CallMonitor.check(link.call());
            }
        }
    }

    private void prune(Map<String, Ref> advertised, List<Moved> moved) throws IOException {
        RefWrites writes = new RefWrites(change);
        List<String> gone = new ArrayList<>();
        for (Ref ref : git.getRefDatabase().getRefsByPrefix(Constants.R_REMOTES)) {
            if (!ref.isSymbolic()
                    && wish.specs().stream()
                            .flatMap(spec -> spec.sourceOf(ref.getName()).stream())
                            .anyMatch(source -> !advertised.containsKey(source))) {
                gone.add(ref.getName());
                moved.add(new Moved(
                        ref.getName(), How.PRUNED, Optional.of(ref.getObjectId().name()), Optional.empty()));
            }
        }
        gone.forEach(ref -> writes.delete(ref, writes.value(ref)));
    }

    private void move(List<Pair> pairs, List<Moved> moved) throws IOException {
        RefWrites writes = new RefWrites(change);
        List<RefWrites.Put> puts = new ArrayList<>();
        try (RevWalk walk = new RevWalk(git)) {
            for (Pair pair : pairs) {
                ObjectId old = writes.value(pair.target());
                ObjectId to = pair.source().getObjectId();
                if (old.equals(to)) {
                    continue;
                }
                How how = how(walk, pair, old, to);
                checkTarget(pair.target(), how);
                if (how != How.REJECTED) {
                    puts.add(new RefWrites.Put(pair.target(), old, to));
                }
                Optional<String> from = how == How.NEW ? Optional.empty() : Optional.of(old.name());
                moved.add(new Moved(pair.target(), how, from, Optional.of(to.name())));
            }
        }
        if (!puts.isEmpty()) {
            writes.putAll(puts, "fetch " + remote);
        }
    }

    private static How how(RevWalk walk, Pair pair, ObjectId old, ObjectId to) throws IOException {
        if (old.equals(ObjectId.zeroId())) {
            return How.NEW;
        }
        RevObject before = walk.parseAny(old);
        RevObject after = walk.parseAny(to);
        boolean forward = !pair.target().startsWith(Constants.R_TAGS)
                && before instanceof RevCommit earlier
                && after instanceof RevCommit later
                && walk.isMergedInto(earlier, later);
        return forward ? How.FAST_FORWARD : pair.force() ? How.FORCED : How.REJECTED;
    }

    private void checkTarget(String target, How how) throws IOException {
        if (!target.startsWith(Constants.R_HEADS)) {
            return;
        } else if (!repo.isBare() && target.equals(git.getFullBranch())) {
            throw ToolException.conflict(
                    target + " is checked out: fetch its remote branch and merge, as git_pull does");
        }
        if (how == How.FORCED && Protected.is(repo, target)) {
            throw ToolException.denied(target + " is protected: it is never rewritten (protected-branches)");
        }
    }
}
