package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.git.history.History;
import dev.millwright.git.repo.Repo;
import dev.millwright.testing.FakeCall;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
    @TempDir
    Path temporary;

    private Bench bench;
    private final FakeCall call = new FakeCall();

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(temporary);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void knowsWhatCameBeforeWhatAsNativeGitDoes() throws Exception {
        for (int seed = 50; seed < 58; seed++) {
            Path folder = new RandomHistory(seed, 50, true).in(bench.root.resolve("r" + seed));
            List<String> commits =
                    Bench.gitIn(folder, "log", "--all", "--format=%H").lines().toList();
            SplittableRandom random = new SplittableRandom(seed);
            try (Repo repo = bench.repositories.open(call, Optional.of("r" + seed));
                    History history = bench.histories.of(repo)) {
                for (int i = 0; i < 10; i++) {
                    String one = commits.get(random.nextInt(commits.size()));
                    String other = commits.get(random.nextInt(commits.size()));
                    ObjectId a = ObjectId.fromString(one);
                    ObjectId b = ObjectId.fromString(other);
                    TreeSet<String> bases = new TreeSet<>();
                    history.mergeBases(call, a, b).forEach(base -> bases.add(base.name()));
                    assertThat(bases)
                            .as("%s: %s %s", seed, one, other)
                            .containsExactlyElementsOf(
                                    new TreeSet<>(outputOr(folder, "merge-base", "--all", one, other)));
                    assertThat(history.isAncestor(call, a, b)).isEqualTo(bases.contains(one));
                    History.Apart apart = history.apart(call, a, b);
                    assertThat(apart.ahead() + "\t" + apart.behind())
                            .isEqualTo(Bench.gitIn(folder, "rev-list", "--left-right", "--count", one + "..." + other)
                                    .strip());
                    assertThat(history.describe(call, a).map(name -> name.replaceFirst("-g.*", "")).stream()
                                    .toList())
                            .as("describe %s in %s", one, seed)
                            .isEqualTo(outputOr(folder, "describe", one).stream()
                                    .map(name -> name.replaceFirst("-g.*", ""))
                                    .toList());
                }
            }
        }
    }

    /** Nothing where native Git fails, as it does where there is no answer. */
    private static List<String> outputOr(Path folder, String... arguments) throws Exception {
        try {
            return Bench.gitIn(folder, arguments).lines().toList();
        } catch (AssertionError none) {
            return List.of();
        }
    }
}
