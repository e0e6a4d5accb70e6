package dev.millwright.git.merge;

import dev.millwright.git.work.PathChange.Side;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Finds which files of one side were renamed: equal contents first, then a name that is unique among what went and what
 * came, then the most alike. Rules, order and bounds follow Git's {@code diffcore-rename.c} as its merge uses it, so that
 * the same pairs come out.
 */
final class RenameSearch {
    /** Whether it matters where a folder that is gone went: not, for a folder above, or for files added to it. */
    enum Matters {
        NOT,
        FOR_PARENT,
        FOR_ITSELF
    }

    /** A file that went or came. */
    record File(String path, Side side) {
        String name() {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        boolean isRegular() {
            return (side.mode().getBits() & FileMode.TYPE_MASK) == FileMode.TYPE_FILE;
        }
    }

    /** Gives fingerprints of blobs; empty for one too large to be looked at. */
    interface Fingerprints {
        long size(ObjectId blob) throws IOException;

        Optional<Fingerprint> of(ObjectId blob) throws IOException;
    }

    private record Candidate(int score, boolean sameName, int target, int source) {}

    private static final Candidate NONE = new Candidate(-1, false, -1, -1);
    /** Best first; where equal, the earlier found. */
    private static final Comparator<Candidate> BEST = Comparator.comparingInt(Candidate::score)
            .thenComparing(Candidate::sameName)
            .reversed();

    /** Half of the contents. */
    private static final int LEAST = Fingerprint.MOST / 2;
    /** Three quarters, where the name is the same. */
    private static final int LEAST_FOR_NAMES = LEAST + (Fingerprint.MOST - LEAST) / 2;
    /** Sources times targets that are compared at most, each the square of Git's default for merges. */
    private static final long MOST_PAIRS = 7_000L * 7_000;

    private static final int CANDIDATES = 4;
    private static final int SAME_CONTENTS = 100;

    private final List<File> sources;
    private final List<File> targets;
    private final Set<String> relevant;
    private final Map<String, Matters> goneFolders;
    private final Fingerprints fingerprints;
    private final Runnable check;
    private final Map<Integer, Integer> found = new HashMap<>();
    private final Set<Integer> used = new HashSet<>();
    private final Map<String, Map<String, Integer>> folderMoves = new LinkedHashMap<>();
    private boolean gaveUp;

    /**
     * @param sources what went
     * @param targets what came
     * @param relevant paths of sources for which a rename would change anything
     */
    RenameSearch(
            List<File> sources,
            List<File> targets,
            Set<String> relevant,
            Map<String, Matters> goneFolders,
            Fingerprints fingerprints,
            Runnable check) {
        this.sources = sources;
        this.targets = targets;
        this.relevant = relevant;
        this.goneFolders = goneFolders;
        this.fingerprints = fingerprints;
        this.check = check;
    }

    /** Source path by target path. */
    Map<String, String> find() throws IOException {
        if (!sources.isEmpty() && !targets.isEmpty()) {
            equalContents();
            for (Map.Entry<Integer, Integer> pair : new TreeMap<>(found).entrySet()) {
                countFolders(
                        sources.get(pair.getValue()).path(),
                        targets.get(pair.getKey()).path());
            }
            equalNames();
            mostAlike();
        }
        Map<String, String> renames = new HashMap<>();
        found.forEach((target, source) ->
                renames.put(targets.get(target).path(), sources.get(source).path()));
        return renames;
    }

    /** How many files of a gone folder went to which folder. */
    Map<String, Map<String, Integer>> folderMoves() {
        folderMoves.keySet().removeIf(folder -> matters(folder) == Matters.NOT);
        return folderMoves;
    }

    /** Whether there were too many files to compare all. */
    boolean gaveUp() {
        return gaveUp;
    }

    private void record(int target, int source) {
        found.put(target, source);
        used.add(source);
    }

    private void equalContents() {
        Map<ObjectId, List<Integer>> byContents = new HashMap<>();
        for (int i = 0; i < sources.size(); i++) {
            byContents
                    .computeIfAbsent(sources.get(i).side().id(), id -> new ArrayList<>())
                    .add(i);
        }
        for (int t = 0; t < targets.size(); t++) {
            File target = targets.get(t);
            int best = -1;
            int tried = 0;
            for (int s : byContents.getOrDefault(target.side().id(), List.of())) {
                File source = sources.get(s);
                boolean fits = source.isRegular() && target.isRegular()
                        || source.side().mode().equals(target.side().mode().getBits());
                if (!fits || used.contains(s)) {
                    continue;
                }
                boolean sameName = source.name().equals(target.name());
                if (best < 0 || sameName) {
                    best = s;
                }
                if (sameName || ++tried == SAME_CONTENTS) {
                    break;
                }
            }
            if (best >= 0) {
                record(t, best);
            }
        }
    }

    private void equalNames() throws IOException {
        Map<String, String> guesses = new HashMap<>();
        folderMoves.forEach((folder, moves) -> guesses.put(folder, mostly(moves)));
        Map<String, Integer> targetsByPath = new HashMap<>();
        Map<String, Integer> targetsByName = new HashMap<>();
        for (int t = 0; t < targets.size(); t++) {
            if (!found.containsKey(t)) {
                targetsByPath.put(targets.get(t).path(), t);
                targetsByName.merge(targets.get(t).name(), t, (one, other) -> -1);
            }
        }
        Map<String, Integer> sourcesByName = new HashMap<>();
        List<Integer> rest = unused();
        for (int s : rest) {
            sourcesByName.merge(sources.get(s).name(), s, (one, other) -> -1);
        }
        for (int s : rest) {
            File source = sources.get(s);
            Integer t = targetsByName.get(source.name());
            if (t == null || !relevant.contains(source.path())) {
                continue;
            }
            if (t < 0 || sourcesByName.getOrDefault(source.name(), -1) < 0) {
                String guess = guesses.get(folder(source.path()));
                t = guess == null ? null : targetsByPath.get(guess + "/" + source.name());
            }
            if (t != null && !found.containsKey(t) && likeness(source, targets.get(t)) >= LEAST_FOR_NAMES) {
                record(t, s);
                countFolders(source.path(), targets.get(t).path());
            }
        }
    }

    private static String mostly(Map<String, Integer> moves) {
        return moves.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    private List<Integer> unused() {
        List<Integer> rest = new ArrayList<>();
        for (int s = 0; s < sources.size(); s++) {
            if (!used.contains(s)) {
                rest.add(s);
            }
        }
        return rest;
    }

    private void mostAlike() throws IOException {
        List<Integer> rest = unused().stream()
                .filter(s -> relevant.contains(sources.get(s).path()))
                .toList();
        long open = targets.size() - found.size();
        if (rest.isEmpty() || open == 0) {
            return;
        } else if (open * rest.size() > MOST_PAIRS) {
            gaveUp = true;
            return;
        }
        List<Candidate> candidates = new ArrayList<>();
        for (int t = 0; t < targets.size(); t++) {
            if (found.containsKey(t)) {
                continue;
            }
            check.run();
            File target = targets.get(t);
            Candidate[] best = new Candidate[CANDIDATES];
            Arrays.fill(best, NONE);
            for (int s : rest) {
                File source = sources.get(s);
                Candidate candidate =
                        new Candidate(likeness(source, target), source.name().equals(target.name()), t, s);
                int worst = 0;
                for (int i = 1; i < CANDIDATES; i++) {
                    worst = BEST.compare(best[i], best[worst]) > 0 ? i : worst;
                }
                if (BEST.compare(best[worst], candidate) > 0) {
                    best[worst] = candidate;
                }
            }
            for (Candidate candidate : best) {
                if (candidate.score() >= LEAST) {
                    candidates.add(candidate);
                }
            }
        }
        candidates.sort(BEST);
        for (Candidate candidate : candidates) {
            if (!found.containsKey(candidate.target()) && !used.contains(candidate.source())) {
                record(candidate.target(), candidate.source());
                countFolders(
                        sources.get(candidate.source()).path(),
                        targets.get(candidate.target()).path());
            }
        }
    }

    private int likeness(File source, File target) throws IOException {
        if (!source.isRegular() || !target.isRegular()) {
            return 0;
        }
        ObjectId one = source.side().id();
        ObjectId other = target.side().id();
        if (!Fingerprint.canBeAlike(fingerprints.size(one), fingerprints.size(other), LEAST)) {
            return 0;
        }
        Optional<Fingerprint> print = fingerprints.of(one);
        Optional<Fingerprint> otherPrint = fingerprints.of(other);
        return print.isEmpty() || otherPrint.isEmpty() ? 0 : print.get().likeness(otherPrint.get());
    }

    private Matters matters(String folder) {
        return goneFolders.getOrDefault(folder, Matters.NOT);
    }

    /** Counts a move for the folder of the file, and for those above as long as the rest of the path stayed the same. */
    private void countFolders(String from, String to) {
        String old = from;
        String now = to;
        boolean first = true;
        while (true) {
            String oldName = old.substring(old.lastIndexOf('/') + 1);
            String newName = now.substring(now.lastIndexOf('/') + 1);
            old = folder(old);
            now = folder(now);
            if (!goneFolders.containsKey(old) || !first && !oldName.equals(newName)) {
                return;
            }
            Matters matters = matters(old);
            if (matters == Matters.FOR_ITSELF || first) {
                folderMoves
                        .computeIfAbsent(old, folder -> new LinkedHashMap<>())
                        .merge(now, 1, Integer::sum);
            }
            first = false;
            if (matters == Matters.NOT || old.isEmpty() || now.isEmpty()) {
                return;
            }
        }
    }

    static String folder(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }
}
