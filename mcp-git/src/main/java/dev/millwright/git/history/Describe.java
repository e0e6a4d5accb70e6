package dev.millwright.git.history;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.tool.Call;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevWalk;

/** Names commits by the annotated tag that is nearest before them, as {@code git describe} does (builtin/describe.c). */
final class Describe {
    private static final int CANDIDATES = 10;

    private final History history;
    private final Commits commits;
    private final Call call;
    private final Map<Integer, Named> names = new HashMap<>();

    private record Named(String name, Instant when) {}

    private static final class Candidate {
        final String name;
        final int flag;
        int depth;

        Candidate(String name, int flag, int depth) {
            this.name = name;
            this.flag = flag;
            this.depth = depth;
        }
    }

    Describe(History history, Call call) throws IOException {
        this.history = history;
        this.commits = history.commits();
        this.call = call;
        try (RevWalk walk = new RevWalk(history.reader())) {
            for (Ref ref : history.repo().git().getRefDatabase().getRefsByPrefix(Constants.R_TAGS)) {
                if (walk.parseAny(ref.getObjectId()) instanceof RevTag tag) {
                    RevObject peeled = walk.peel(tag);
                    if (peeled.getType() == Constants.OBJ_COMMIT) {
                        PersonIdent who = tag.getTaggerIdent();
                        Instant when = who == null ? Instant.EPOCH : who.getWhenAsInstant();
                        String name = ref.getName().substring(Constants.R_TAGS.length());
                        names.merge(
                                commits.number(peeled),
                                new Named(name, when),
                                (one, other) -> other.when().isAfter(one.when()) ? other : one);
                    }
                }
            }
        }
    }

    Optional<String> of(ObjectId id) throws IOException {
        int start = history.number(id);
        if (names.containsKey(start)) {
            return Optional.of(names.get(start).name());
        }
        Map<Integer, Integer> within = new HashMap<>();
        DateQueue queue = new DateQueue(commits);
        queue.add(start);
        within.put(start, 0);
        List<Candidate> found = new ArrayList<>();
        int seen = 0;
        while (!queue.isEmpty()) {
            int commit = queue.first();
            Named named = names.get(commit);
            if (named != null && found.size() == CANDIDATES) {
                break;
            }
            queue.remove();
            if ((++seen & 255) == 0) {
                CallMonitor.check(call);
            }
            if (named != null) {
                Candidate candidate = new Candidate(named.name(), 1 << found.size(), seen - 1);
                found.add(candidate);
                within.merge(commit, candidate.flag, (a, b) -> a | b);
            }
            int flags = within.get(commit);
            for (Candidate candidate : found) {
                if ((flags & candidate.flag) == 0) {
                    candidate.depth++;
                }
            }
            if (queue.isEmpty() && !found.isEmpty() && covers(found, flags)) {
                break;
            }
            pass(commit, flags, within, queue);
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        found.sort(Comparator.comparingInt(candidate -> candidate.depth));
        Candidate best = found.getFirst();
        finish(best, within, queue);
        return Optional.of("%s-%d-g%s".formatted(best.name, best.depth, history.shortId(id, 7)));
    }

    private static boolean covers(List<Candidate> found, int flags) {
        int least = found.stream().mapToInt(candidate -> candidate.depth).min().orElse(0);
        int best = found.stream()
                .filter(candidate -> candidate.depth == least)
                .mapToInt(candidate -> candidate.flag)
                .reduce(0, (a, b) -> a | b);
        return (flags & best) == best;
    }

    /** Counts the commits left that the tag does not have. */
    private void finish(Candidate best, Map<Integer, Integer> within, DateQueue queue) throws IOException {
        for (int steps = 1; !queue.isEmpty(); steps++) {
            if ((steps & 255) == 0) {
                CallMonitor.check(call);
            }
            int commit = queue.remove();
            int flags = within.get(commit);
            if ((flags & best.flag) == 0) {
                best.depth++;
            } else if (!queue.anyMatch(other -> (within.get(other) & best.flag) == 0)) {
                return;
            }
            pass(commit, flags, within, queue);
        }
    }

    private void pass(int commit, int flags, Map<Integer, Integer> within, DateQueue queue) throws IOException {
        for (int i = 0; i < commits.parents(commit); i++) {
            int parent = commits.parent(commit, i);
            commits.read(parent, history.reader());
            if (within.putIfAbsent(parent, flags) == null) {
                queue.add(parent);
            } else {
                within.merge(parent, flags, (a, b) -> a | b);
            }
        }
    }
}
