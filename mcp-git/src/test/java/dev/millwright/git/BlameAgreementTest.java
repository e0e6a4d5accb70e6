package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.git.repo.RepoText;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Native Git and {@code git_blame} say the same of every line of random histories. */
class BlameAgreementTest {
    /** Histories compared; more with -Dhistories=2000. */
    private static final int HISTORIES = Integer.getInteger("histories", 4);

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(folder);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void findsTheSameCommitAndPlaceForEveryLine(boolean ignoreWhitespace) throws Exception {
        int lines = 0;
        for (int seed = 0; seed < HISTORIES; seed++) {
            String repo = "r" + seed;
            Path at = new RandomHistory(seed, 40).in(bench.root.resolve(repo));
            for (String file : Bench.gitIn(at, "ls-tree", "-rz", "main").split("\0")) {
                String path = file.substring(file.indexOf('\t') + 1);
                if (!file.startsWith("100") || isBinary(at, path)) {
                    continue;
                }
                ObjectNode input = Json.object()
                        .put("repo", repo)
                        .put("path", path)
                        .put("rev", "main")
                        .put("ignoreWhitespace", ignoreWhitespace);
                JsonNode answer = bench.run(new FakeCall(Tenant.DEFAULT, 1_000_000), "git_blame", input);
                List<String> ours = lines(answer, path);
                lines += ours.size();
                assertThat(ours).as("%s", input).isEqualTo(blamed(at, path, ignoreWhitespace));
            }
        }
        assertThat(lines).isGreaterThan(100);
    }

    private static boolean isBinary(Path repo, String path) throws Exception {
        return Bench.gitIn(repo, "cat-file", "blob", "main:" + path).indexOf('\0') >= 0;
    }

    private static List<String> lines(JsonNode answer, String path) {
        List<String> lines = new ArrayList<>();
        for (JsonNode range : answer.get("ranges")) {
            int start = range.get("start").intValue();
            for (int i = start; i <= range.get("end").intValue(); i++) {
                lines.add("%s %d %s"
                        .formatted(
                                range.get("id").textValue().substring(0, 8),
                                range.path("line").asInt(start) + i - start,
                                range.path("path").asText(RepoText.path(path))));
            }
        }
        return lines;
    }

    private static List<String> blamed(Path repo, String path, boolean ignoreWhitespace) throws Exception {
        List<String> lines = new ArrayList<>();
        String output = ignoreWhitespace
                ? Bench.gitIn(repo, "-c", "core.quotepath=off", "blame", "--line-porcelain", "-w", "main", "--", path)
                : Bench.gitIn(repo, "-c", "core.quotepath=off", "blame", "--line-porcelain", "main", "--", path);
        String[] head = {};
        for (String line : output.split("\n")) {
            if (line.matches("[0-9a-f]{40} \\d+ \\d+.*")) {
                head = line.split(" ");
            } else if (line.startsWith("filename ")) {
                lines.add("%s %s %s".formatted(head[0].substring(0, 8), head[1], line.substring(9)));
            }
        }
        return lines;
    }
}
