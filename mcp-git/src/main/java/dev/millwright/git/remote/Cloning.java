package dev.millwright.git.remote;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.git.repo.Change;
import dev.millwright.git.repo.ConfigFile;
import dev.millwright.git.repo.RefWrites;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.repo.RepoText;
import dev.millwright.git.work.WorkTree;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;

/** Fills an empty repository from a remote, and checks a branch out. Submodules stay entries: nothing is fetched for them. */
public final class Cloning {
    private static final int SUBMODULES = 100;

    /**
     * What to take.
     *
     * @param branch or tag to check out; empty for the remote's own branch
     * @param filter of what stays at the remote until it is needed
     */
    public record Wish(Optional<String> branch, boolean single, OptionalInt depth, Optional<ObjectFilter> filter) {}

    /**
     * What is there now.
     *
     * @param branch that is checked out, short; empty where HEAD is on none
     * @param commit that is checked out; empty for a remote without one
     * @param submodules their paths, the first 100
     */
    public record Cloned(Optional<String> branch, Optional<String> commit, int refs, List<String> submodules) {}

    private final Repo repo;
    private final Link link;
    private final Optional<Promised> promised;

    /** @param promised the way to what a filter left out, where there is one */
    public Cloning(Repo repo, Link link, Optional<Promised> promised) {
        this.repo = repo;
        this.link = link;
        this.promised = promised;
    }

    /** What the new repository is told of its remote. */
    private void configure(FetchSpec spec, Optional<ObjectFilter> filter) {
        List<String> fetch = repo.isBare()
                ? List.of()
                : List.of((spec.force() ? "+" : "") + spec.source() + ":"
                        + spec.target().orElseThrow());
        new ConfigFile(repo)
                .change(text -> text.set(
                                "remote",
                                Constants.DEFAULT_REMOTE_NAME,
                                "url",
                                List.of(link.url().toString()))
                        .set("remote", Constants.DEFAULT_REMOTE_NAME, "fetch", fetch));
        filter.ifPresent(line -> new ConfigFile(repo)
                .change(text -> text.set("core", "", "repositoryformatversion", List.of("1"))
                        .set("remote", Constants.DEFAULT_REMOTE_NAME, "promisor", List.of("true"))
                        .set("remote", Constants.DEFAULT_REMOTE_NAME, "partialclonefilter", List.of(line.line()))));
    }

    /** @throws ToolException {@code NOT_FOUND} for a branch the remote lacks */
    public Cloned run(Change change, Wish wish) throws InterruptedException, IOException {
        Listing listing = Listing.of(link);
        Optional<String> ref = wish.branch().isPresent()
                ? Optional.of(listing.named("branch", wish.branch().get()))
                : listing.head();
        Optional<String> single = ref.filter(name -> wish.single());
        FetchSpec spec = single.map(this::spec)
                .orElseGet(() -> new FetchSpec(true, Constants.R_HEADS + "*", Optional.of(heads() + "*")));
        configure(spec, wish.filter());
        Fetching.Tags tags = single.isPresent() ? Fetching.Tags.FOLLOW : Fetching.Tags.ALL;
        Fetched fetched = new Fetching(
                        change,
                        link,
                        Constants.DEFAULT_REMOTE_NAME,
                        new Fetching.Wish(List.of(spec), tags, false, wish.depth()))
                .run();
        if (ref.isEmpty()) {
            return new Cloned(
                    Optional.empty(), Optional.empty(), fetched.moved().size(), List.of());
        }
        ObjectId id = listing.refs().get(ref.get()).getObjectId();
        return checkOut(change, listing, ref.get(), id, fetched.moved().size());
    }

    private FetchSpec spec(String ref) {
        return ref.startsWith(Constants.R_TAGS)
                ? new FetchSpec(false, ref, Optional.of(ref))
                : new FetchSpec(true, ref, Optional.of(heads() + ref.substring(Constants.R_HEADS.length())));
    }

    private String heads() {
        return repo.isBare() ? Constants.R_HEADS : Constants.R_REMOTES + Constants.DEFAULT_REMOTE_NAME + "/";
    }

    private Cloned checkOut(Change change, Listing listing, String ref, ObjectId id, int refs)
            throws InterruptedException, IOException {
        RefWrites writes = new RefWrites(change);
        try (RevWalk walk = new RevWalk(repo.git())) {
            RevCommit commit = walk.parseCommit(id);
            boolean branch = ref.startsWith(Constants.R_HEADS);
            String line = "clone: from " + link.url();
            if (!branch) {
                writes.detach(commit, ObjectId.zeroId(), line);
            } else {
                if (!ref.equals(repo.git().getFullBranch())) {
                    writes.attach(ref, writes.value(Constants.HEAD), line);
                }
                if (!repo.isBare()) {
                    writes.put(ref, ObjectId.zeroId(), commit, line);
                    follow(writes, ref, listing, line);
                }
            }
            List<String> submodules = new ArrayList<>();
            if (!repo.isBare()) {
                if (promised.isPresent()) {
                    promised.get().bring(List.of(commit.getTree()));
                }
                WorkTree work = new WorkTree(repo);
                work.apply(change, ObjectId.zeroId(), work.between(ObjectId.zeroId(), commit.getTree()), false);
                submodules = submodules(commit);
            }
            return new Cloned(
                    branch ? Optional.of(ref.substring(Constants.R_HEADS.length())) : Optional.empty(),
                    Optional.of(commit.name()),
                    refs,
                    submodules);
        }
    }

    private void follow(RefWrites writes, String ref, Listing listing, String line) throws IOException {
        String branch = ref.substring(Constants.R_HEADS.length());
        new ConfigFile(repo)
                .change(text -> text.set("branch", branch, "remote", List.of(Constants.DEFAULT_REMOTE_NAME))
                        .set("branch", branch, "merge", List.of(ref)));
        Optional<String> own = listing.head().map(head -> heads() + head.substring(Constants.R_HEADS.length()));
        if (own.isPresent() && repo.git().exactRef(own.get()) != null) {
            writes.move(heads() + Constants.HEAD, RefWrites.GONE, RefWrites.SYMBOLIC + own.get(), line);
        }
    }

    private List<String> submodules(RevCommit commit) throws IOException {
        List<String> paths = new ArrayList<>();
        try (TreeWalk walk = new TreeWalk(repo.git())) {
            walk.addTree(commit.getTree());
            walk.setRecursive(true);
            while (walk.next() && paths.size() < SUBMODULES) {
                CallMonitor.check(link.call());
                if (FileMode.GITLINK.equals(walk.getRawMode(0))) {
                    paths.add(RepoText.path(walk.getPathString(), 200));
                }
            }
        }
        return paths;
    }
}
