package dev.millwright.git.merge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;

/** What two commits have in common: where several last common commits are, their own merge takes their place. */
public final class Bases {
    /** A commit, or the merge of several that nobody made. */
    private record Point(ObjectId tree, List<RevCommit> commits) {}

    /** Criss-cross merges on top of each other; beyond, the oldest common commit alone counts. */
    private static final int DEEPEST = 30;

    private static final Labels BETWEEN = new Labels("Temporary merge branch 1", "Temporary merge branch 2");

    private final RevWalk walk;

    /** @param walk knows the commits that are asked about */
    public Bases(RevWalk walk) {
        this.walk = walk;
    }

    /** The last common commits, oldest first; several after criss-cross merges, none for unrelated histories. */
    public List<RevCommit> of(RevCommit one, RevCommit other) throws IOException {
        walk.reset();
        walk.setRevFilter(RevFilter.MERGE_BASE);
        walk.markStart(one);
        walk.markStart(other);
        List<RevCommit> bases = new ArrayList<>();
        for (RevCommit base = walk.next(); base != null; base = walk.next()) {
            bases.add(base);
        }
        walk.reset();
        walk.setRevFilter(RevFilter.ALL);
        bases.sort(Comparator.comparingInt(RevCommit::getCommitTime));
        return bases;
    }

    /** Merges two commits. */
    public Merged merge(TreeMerge merge, RevCommit ours, RevCommit theirs, Labels labels) throws IOException {
        MergeAttributes attributes = merge.attributes(ours.getTree());
        Point one = new Point(ours.getTree(), List.of(ours));
        Point other = new Point(theirs.getTree(), List.of(theirs));
        return merge.merge(base(merge, one, other, 0, attributes), one.tree(), other.tree(), labels, 0, attributes);
    }

    private ObjectId base(TreeMerge merge, Point one, Point other, int depth, MergeAttributes attributes)
            throws IOException {
        List<RevCommit> bases = common(one, other);
        if (bases.isEmpty()) {
            return ObjectId.zeroId();
        }
        Point all = new Point(bases.getFirst().getTree(), List.of(bases.getFirst()));
        for (RevCommit next : depth < DEEPEST ? bases.subList(1, bases.size()) : List.<RevCommit>of()) {
            Point point = new Point(next.getTree(), List.of(next));
            Merged both = merge.merge(
                    base(merge, all, point, depth + 1, attributes),
                    all.tree(),
                    point.tree(),
                    BETWEEN,
                    depth + 1,
                    attributes);
            List<RevCommit> commits = new ArrayList<>(all.commits());
            commits.add(next);
            all = new Point(both.tree(), commits);
        }
        return all.tree();
    }

    private List<RevCommit> common(Point one, Point other) throws IOException {
        Set<RevCommit> all = new LinkedHashSet<>();
        for (RevCommit a : one.commits()) {
            for (RevCommit b : other.commits()) {
                all.addAll(of(a, b));
            }
        }
        List<RevCommit> best = new ArrayList<>();
        for (RevCommit candidate : all) {
            boolean older = false;
            for (RevCommit another : all) {
                older |= all.size() > 1 && another != candidate && walk.isMergedInto(candidate, another);
            }
            if (!older) {
                best.add(candidate);
            }
        }
        best.sort(Comparator.comparingInt(RevCommit::getCommitTime));
        return best;
    }
}
