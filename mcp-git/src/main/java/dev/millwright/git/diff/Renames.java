package dev.millwright.git.diff;

import dev.millwright.git.repo.CallMonitor;
import dev.millwright.tool.Call;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Finds the renames, and if wanted copies, among files that went and came: first those with equal content, then of equal
 * and unique name, then the most similar, from half on. The rules and bounds are Git's (gitdiffcore(7), "diffcore-rename").
 */
public final class Renames {
    /** Sources times destinations compared by content at most, the square of Git's {@code diff.renameLimit}. */
    private static final long MOST_PAIRS = 1000L * 1000;

    /** Of {@link Similarity#ALL}: least for a rename, and for one that is found by its name. */
    private static final int HALF = Similarity.ALL / 2;

    private static final int BY_NAME = HALF + (Similarity.ALL - HALF) / 2;
    private static final int CANDIDATES = 4;

    private final Call call;
    private final boolean copies;
    private final Similarity similarity;
    private final List<FileChange> changes;
    private final List<Source> sources = new ArrayList<>();
    private final List<Destination> destinations = new ArrayList<>();
    private boolean complete = true;

    private static final class Source {
        final Entry entry;

        /** What stays where it is can be copied only. */
        final boolean stays;

        boolean used;

        Source(Entry entry, boolean stays) {
            this.entry = entry;
            this.stays = stays;
            this.used = stays;
        }
    }

    private static final class Destination {
        final Entry entry;
        Optional<Source> source = Optional.empty();
        int score;

        Destination(Entry entry) {
            this.entry = entry;
        }
    }

    private record Pair(Source source, Destination destination, int score, int nameScore) {
        static final Comparator<Pair> BEST_FIRST =
                Comparator.comparingInt((Pair pair) -> -pair.score).thenComparing(pair -> -pair.nameScore);
    }

    private Renames(Call call, List<FileChange> changes, boolean copies, int maxBytes) {
        this.call = call;
        this.changes = changes;
        this.copies = copies;
        this.similarity = new Similarity(maxBytes);
    }

    /**
     * What was found.
     *
     * @param changes with renames in place of what went and came, in the order of their paths now
     * @param complete false when there was too much to compare all by content
     */
    public record Found(List<FileChange> changes, boolean complete) {
        public Found {
            changes = List.copyOf(changes);
        }
    }

    /** @param maxBytes of a file that is compared by content */
    public static Found in(Call call, List<FileChange> changes, boolean copies, int maxBytes) {
        return new Renames(call, changes, copies, maxBytes).find();
    }

    private Found find() {
        for (FileChange change : changes) {
            switch (change.kind()) {
                case ADDED -> change.to().map(Destination::new).ifPresent(destinations::add);
                case DELETED ->
                    change.from().map(from -> new Source(from, false)).ifPresent(sources::add);
                case MODIFIED, TYPE_CHANGED -> {
                    if (copies) {
                        change.from().map(from -> new Source(from, true)).ifPresent(sources::add);
                    }
                }
                case RENAMED, COPIED, UNMERGED -> {}
            }
        }
        if (sources.isEmpty() || destinations.isEmpty()) {
            return new Found(changes, true);
        }
        byContent();
        if (!copies) {
            sources.removeIf(source -> source.used);
            byName();
            sources.removeIf(source -> source.used);
        }
        bySimilarity();
        return new Found(applied(), complete);
    }

    private void byContent() {
        Map<ObjectId, List<Source>> byId = new HashMap<>();
        sources.forEach(source ->
                byId.computeIfAbsent(source.entry.id(), id -> new ArrayList<>()).add(source));
        for (Destination destination : destinations) {
            Source best = null;
            int bestScore = -1;
            for (Source source : byId.getOrDefault(destination.entry.id(), List.of())) {
                boolean files = source.entry.isFile() && destination.entry.isFile();
                if (!files && !source.entry.mode().equals(destination.entry.mode()) || source.used && !copies) {
                    continue;
                }
                int score = (source.used ? 0 : 1) + nameScore(source, destination);
                if (score > bestScore) {
                    best = source;
                    bestScore = score;
                }
                if (score == 2) {
                    break;
                }
            }
            if (best != null) {
                match(best, destination, Similarity.ALL);
            }
        }
    }

    private void byName() {
        Map<String, Optional<Source>> unique = new HashMap<>();
        sources.forEach(
                source -> unique.merge(source.entry.name(), Optional.of(source), (one, other) -> Optional.empty()));
        Map<String, Optional<Destination>> uniqueNew = new HashMap<>();
        destinations.stream()
                .filter(destination -> destination.source.isEmpty())
                .forEach(destination -> uniqueNew.merge(
                        destination.entry.name(), Optional.of(destination), (one, other) -> Optional.empty()));
        for (Source source : sources) {
            CallMonitor.check(call);
            String name = source.entry.name();
            Optional<Destination> destination = uniqueNew.getOrDefault(name, Optional.empty());
            if (unique.get(name).isPresent() && destination.isPresent()) {
                int score = similarity.of(source.entry, destination.get().entry, HALF);
                if (score >= BY_NAME) {
                    match(source, destination.get(), score);
                }
            }
        }
    }

    private void bySimilarity() {
        List<Destination> left = destinations.stream()
                .filter(destination -> destination.source.isEmpty())
                .toList();
        if ((long) left.size() * sources.size() > MOST_PAIRS) {
            complete = false;
            return;
        }
        List<Pair> pairs = new ArrayList<>();
        for (Destination destination : left) {
            CallMonitor.check(call);
            List<Pair> best = new ArrayList<>(CANDIDATES);
            for (Source source : sources) {
                int score = similarity.of(source.entry, destination.entry, HALF);
                keep(best, new Pair(source, destination, score, nameScore(source, destination)));
            }
            pairs.addAll(best);
        }
        pairs.sort(Pair.BEST_FIRST);
        pairs.removeIf(pair -> pair.score < HALF);
        match(pairs, false);
        if (copies) {
            match(pairs, true);
        }
    }

    /** A better one takes the place of the worst, those that do not count included: of equal ones, Git's is first. */
    private static void keep(List<Pair> best, Pair pair) {
        if (best.size() < CANDIDATES) {
            best.add(pair);
            return;
        }
        int worst = 0;
        for (int i = 1; i < CANDIDATES; i++) {
            if (Pair.BEST_FIRST.compare(best.get(i), best.get(worst)) > 0) {
                worst = i;
            }
        }
        if (Pair.BEST_FIRST.compare(best.get(worst), pair) > 0) {
            best.set(worst, pair);
        }
    }

    private static void match(List<Pair> pairs, boolean used) {
        for (Pair pair : pairs) {
            if (pair.destination.source.isEmpty() && (used || !pair.source.used)) {
                match(pair.source, pair.destination, pair.score);
            }
        }
    }

    private static void match(Source source, Destination destination, int score) {
        source.used = true;
        destination.source = Optional.of(source);
        destination.score = score;
    }

    private static int nameScore(Source source, Destination destination) {
        return source.entry.name().equals(destination.entry.name()) ? 1 : 0;
    }

    /** A source that goes is renamed to the last of its destinations and copied to the others. */
    private List<FileChange> applied() {
        Map<Entry, Destination> found = new IdentityHashMap<>();
        Map<Source, Integer> uses = new IdentityHashMap<>();
        for (Destination destination : destinations) {
            destination.source.ifPresent(source -> {
                found.put(destination.entry, destination);
                uses.merge(source, 1, Integer::sum);
            });
        }
        Map<Entry, Boolean> gone = new IdentityHashMap<>();
        uses.keySet().stream().filter(source -> !source.stays).forEach(source -> gone.put(source.entry, true));
        List<FileChange> applied = new ArrayList<>();
        for (FileChange change : changes) {
            if (change.kind() == FileChange.Kind.DELETED
                    && gone.containsKey(change.from().orElseThrow())) {
                continue;
            }
            Optional<Destination> destination = change.kind() == FileChange.Kind.ADDED
                    ? Optional.ofNullable(found.get(change.to().orElseThrow()))
                    : Optional.empty();
            applied.add(destination.map(match -> renamed(match, uses)).orElse(change));
        }
        return applied;
    }

    private static FileChange renamed(Destination destination, Map<Source, Integer> uses) {
        Source source = destination.source.orElseThrow();
        boolean last = uses.merge(source, -1, Integer::sum) == 0 && !source.stays;
        return new FileChange(
                last ? FileChange.Kind.RENAMED : FileChange.Kind.COPIED,
                Optional.of(source.entry),
                Optional.of(destination.entry),
                (int) (destination.score * 100L / Similarity.ALL));
    }
}
