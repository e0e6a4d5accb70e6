package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomHistoryTest {
    @TempDir
    Path folder;

    @Test
    void sameSeedIsTheSameRepository() throws Exception {
        RandomHistory history = new RandomHistory(7, 20);
        String refs = Bench.gitIn(history.in(folder.resolve("a")), "for-each-ref");
        assertThat(Bench.gitIn(history.in(folder.resolve("b")), "for-each-ref"))
                .isEqualTo(refs)
                .isNotEqualTo(Bench.gitIn(new RandomHistory(8, 20).in(folder.resolve("c")), "for-each-ref"));
    }

    @Test
    void holdsWhatRepositoriesHold() throws Exception {
        Set<String> kinds = new TreeSet<>();
        for (int seed = 0; seed < 12; seed++) {
            Path repo = new RandomHistory(seed, 30, seed % 2 == 0).in(folder.resolve("r" + seed));
            assertThat(Bench.gitIn(repo, "fsck", "--strict")).doesNotContain("error", "fatal");
            String log = Bench.gitIn(
                    repo,
                    "log",
                    "--all",
                    "--raw",
                    "-M",
                    "-C",
                    "--no-abbrev",
                    "--pretty=tformat:%x01%p%x02%ct",
                    "-m",
                    "-z");
            for (String commit : log.split("\u0001")) {
                kinds.add(
                        commit.substring(0, Math.max(0, commit.indexOf('\u0002')))
                                        .contains(" ")
                                ? "merge"
                                : "one parent");
                for (String part : commit.split("[\0\n]")) {
                    if (part.matches(":[0-7]{6} .*")) {
                        String[] fields = part.split(" ");
                        kinds.add(fields[0].substring(1, 4) + fields[1].substring(0, 3) + fields[4].charAt(0));
                        kinds.add(fields[4]);
                    }
                }
            }
            kinds.add(
                    Bench.gitIn(repo, "log", "--all", "--numstat", "--format=").contains("-\t-\t") ? "binary" : "text");
        }
        assertThat(kinds)
                .contains("merge", "binary", "R100", "C100", "A", "D", "M", "100120T", "100160T", "000120A", "000160A");
        assertThat(kinds).anyMatch(kind -> kind.matches("R0[0-9]{2}"));
    }

    @Test
    void checksOutClean() throws Exception {
        Path repo = new RandomHistory(3, 25, false).checkedOutIn(folder.resolve("r"));
        assertThat(Bench.gitIn(repo, "status", "--porcelain")).isEmpty();
    }
}
