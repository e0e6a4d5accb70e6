package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.git.merge.Bases;
import dev.millwright.git.merge.Labels;
import dev.millwright.git.merge.Merged;
import dev.millwright.git.merge.TextMerge.Favor;
import dev.millwright.git.merge.TreeMerge;
import dev.millwright.git.repo.Repo;
import dev.millwright.git.work.PathChange;
import dev.millwright.git.work.PathChange.Side;
import dev.millwright.testing.FakeCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.revwalk.RevWalk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Native Git and we merge the same random histories. */
class MergeOracleTest {
    private static final int CASES = Integer.getInteger("millwright.merges", 2_500);
    private static final int AT_ONCE = 100;
    private static final long SEED = Long.getLong("millwright.seed", 20_261_120);

    /** @param stages as {@code git ls-files -u} says them */
    record Answer(boolean isClean, String tree, TreeSet<String> stages) {
        /**
         * Whether we put a file aside that is where a folder must be, and native Git, since the folder is there only
         * because another was renamed, gives both one name and so loses a file, or names a version that is none.
         */
        boolean inFolders(Answer other) {
            TreeSet<String> plain = new TreeSet<>();
            stages.forEach(stage -> plain.add(stage.replaceFirst("~[ot][0-9]+$", "")));
            boolean none = other.stages.stream().anyMatch(stage -> stage.startsWith("000000"));
            return !equals(other)
                    && !isClean
                    && !other.isClean
                    && (none || !stages.equals(plain) && plain.equals(other.stages));
        }
    }

    @TempDir
    Path temporary;

    @Test
    void mergesLikeNativeGit() throws Exception {
        compare(CASES, SEED, (imported, i, changes) -> {
            TreeMap<String, RandomChanges.File> base = changes.base();
            imported.commit("b" + i, base);
            imported.commit("o" + i, changes.changed(base), "b" + i);
            imported.commit("t" + i, changes.changed(base), "b" + i);
        });
    }

    @Test
    void mergesCrissCrossHistoriesLikeNativeGit() throws Exception {
        compare(CASES / 5, SEED + 1_000_000, (imported, i, changes) -> {
            TreeMap<String, RandomChanges.File> base = changes.base();
            TreeMap<String, RandomChanges.File> ours = changes.changed(base);
            TreeMap<String, RandomChanges.File> theirs = changes.changed(base);
            imported.commit("b" + i, base);
            imported.commit("x" + i, ours, "b" + i);
            imported.commit("y" + i, theirs, "b" + i);
            imported.commit("o" + i, changes.changed(ours), "x" + i, "y" + i);
            imported.commit("t" + i, changes.changed(theirs), "y" + i, "x" + i);
        });
    }

    @FunctionalInterface
    private interface History {
        void make(FastImport imported, int i, RandomChanges changes) throws IOException;
    }

    private void compare(int cases, long seed, History history) throws Exception {
        try (Bench bench = new Bench(temporary)) {
            bench.git("init", "-q");
            try (FastImport imported = new FastImport(bench.root)) {
                for (int i = 0; i < cases; i++) {
                    history.make(imported, i, new RandomChanges(seed + i));
                }
            }
            List<Optional<Answer>> expected = nativeMerges(bench.root, cases);
            List<String> disagreements = new ArrayList<>();
            int clean = 0;
            int crashes = 0;
            int lost = 0;
            List<String> wrong = new ArrayList<>();
            try (Repo repo = bench.repositories.open(new FakeCall(), Optional.empty());
                    ObjectInserter inserter = repo.git().newObjectInserter();
                    RevWalk walk = new RevWalk(repo.git())) {
                TreeMerge merge = new TreeMerge(repo, new FakeCall(), inserter, Favor.NONE);
                Map<String, ObjectId> commits = commits(bench);
                for (int i = 0; i < cases; i++) {
                    Answer ours;
                    try {
                        ours = answer(new Bases(walk)
                                .merge(
                                        merge,
                                        walk.parseCommit(commits.get("o" + i)),
                                        walk.parseCommit(commits.get("t" + i)),
                                        new Labels("o" + i, "t" + i)));
                    } catch (RuntimeException e) {
                        throw new AssertionError("case " + i, e);
                    }
                    if (expected.get(i).isEmpty()) {
                        crashes++;
                        continue;
                    }
                    clean += expected.get(i).get().isClean() ? 1 : 0;
                    if (ours.isClean() != expected.get(i).get().isClean()
                            || ours.isClean() && !ours.equals(expected.get(i).get())) {
                        wrong.add("case " + i);
                    }
                    if (ours.inFolders(expected.get(i).get())) {
                        lost++;
                    } else if (!ours.equals(expected.get(i).get())) {
                        disagreements.add(i + "\n  native " + expected.get(i).get() + "\n  ours   " + ours);
                    }
                }
            }
            assertThat(wrong)
                    .as("clean at one side only, or clean with another tree")
                    .isEmpty();
            assertThat(disagreements)
                    .as("%d cases, %d clean, %d native crashes, %d native losses", cases, clean, crashes, lost)
                    .hasSizeLessThanOrEqualTo(cases / 1_000);
        }
    }

    private static Map<String, ObjectId> commits(Bench bench) throws Exception {
        Map<String, ObjectId> commits = new TreeMap<>();
        for (String line : bench.git("for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads")
                .split("\n")) {
            commits.put(line.split(" ")[0], ObjectId.fromString(line.split(" ")[1]));
        }
        return commits;
    }

    private static Answer answer(Merged merged) {
        TreeSet<String> stages = new TreeSet<>();
        for (PathChange.Conflict conflict : merged.conflicts()) {
            stage(stages, conflict.path(), 1, conflict.base());
            stage(stages, conflict.path(), 2, conflict.ours());
            stage(stages, conflict.path(), 3, conflict.theirs());
        }
        return new Answer(merged.isClean(), merged.tree().name(), stages);
    }

    private static void stage(TreeSet<String> stages, String path, int stage, Optional<Side> side) {
        side.ifPresent(s -> stages.add("%06o %s %d\t%s".formatted(s.mode().getBits(), s.id().name(), stage, path)));
    }

    /** By case; none where native Git ends in a failed assertion. */
    private static List<Optional<Answer>> nativeMerges(Path repository, int cases) throws Exception {
        List<Optional<Answer>> answers = new ArrayList<>();
        for (int from = 0; from < cases; from += AT_ONCE) {
            int to = Math.min(from + AT_ONCE, cases);
            List<Answer> some = nativeMerges(repository, from, to);
            if (some.size() == to - from) {
                some.forEach(answer -> answers.add(Optional.of(answer)));
                continue;
            }
            for (int i = from; i < to; i++) {
                answers.add(nativeMerges(repository, i, i + 1).stream().findFirst());
            }
        }
        return answers;
    }

    private static List<Answer> nativeMerges(Path repository, int from, int to) throws Exception {
        Path pairs = Files.createTempFile("pairs", "");
        Files.writeString(
                pairs,
                IntStream.range(from, to)
                        .mapToObj(i -> "o" + i + " t" + i + "\n")
                        .collect(Collectors.joining()));
        Process process = new ProcessBuilder("git", "merge-tree", "--write-tree", "--stdin", "--no-messages")
                .directory(repository.toFile())
                .redirectInput(pairs.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String[] words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\0", -1);
        Files.delete(pairs);
        List<Answer> answers = new ArrayList<>();
        if (process.waitFor() != 0) {
            return answers;
        }
        for (int at = 0; at + 1 < words.length; ) {
            boolean clean = words[at++].equals("1");
            String tree = words[at++];
            TreeSet<String> stages = new TreeSet<>();
            while (!words[at].isEmpty()) {
                stages.add(words[at++]);
            }
            at++;
            answers.add(new Answer(clean, tree, stages));
        }
        return answers;
    }
}
