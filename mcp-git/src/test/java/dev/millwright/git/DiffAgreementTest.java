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
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Native Git and {@code git_diff} say the same of random histories. */
class DiffAgreementTest {
    private static final String EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    /** Histories compared; more with -Dhistories=2000. */
    private static final int HISTORIES = Integer.getInteger("histories", 5);

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
    @ValueSource(strings = {"-M", "-C", "--no-renames"})
    void countsTheSameLinesInTheSameFiles(String renames) throws Exception {
        for (int seed = 0; seed < HISTORIES; seed++) {
            String repo = "r" + seed;
            Path at = new RandomHistory(seed, 30, seed % 2 == 0).in(bench.root.resolve(repo));
            for (Map.Entry<String, Map<String, String>> commit :
                    counted(at, renames).entrySet()) {
                String[] ids = commit.getKey().split(" ");
                ObjectNode input = Json.object()
                        .put("repo", repo)
                        .put("from", ids.length > 1 ? ids[1] : EMPTY_TREE)
                        .put("to", ids[0])
                        .put("mode", "stat")
                        .put("renames", renames.equals("-M") ? "renames" : renames.equals("-C") ? "copies" : "none");
                JsonNode answer = bench.run(new FakeCall(Tenant.DEFAULT, 1_000_000), "git_diff", input);
                Map<String, String> ours = new TreeMap<>();
                answer.get("files").forEach(file -> ours.put(file.get("path").textValue(), line(file)));
                assertThat(ours).as("%s %s", seed, input).isEqualTo(commit.getValue());
            }
        }
    }

    private static String line(JsonNode file) {
        String note = file.path("note").asText();
        String similarity = note.contains("% alike") ? note.replaceAll("(?s).*?(\\d+)% alike.*", "$1") : "100";
        String status = file.get("status").textValue();
        return "%s %s %s %s"
                .formatted(
                        status.equals("R") || status.equals("C") ? status + similarity : status,
                        file.path("from").asText("-"),
                        file.path("added").asText("-"),
                        file.path("removed").asText("-"));
    }

    /** By commit and parent: by path status, former path, lines added and removed. */
    private static Map<String, Map<String, String>> counted(Path repo, String renames) throws Exception {
        String log = Bench.gitIn(
                repo,
                "log",
                "--all",
                "--no-merges",
                "--raw",
                "--numstat",
                "-z",
                "-l1000",
                renames,
                "--format=%x01%H %P%x02");
        Map<String, Map<String, String>> commits = new LinkedHashMap<>();
        for (String commit : log.split("\u0001")) {
            if (!commit.isEmpty()) {
                String[] parts = commit.split("\u0002");
                commits.put(parts[0].strip(), files(parts.length > 1 ? parts[1] : ""));
            }
        }
        return commits;
    }

    private static Map<String, String> files(String text) {
        Map<String, String> statuses = new TreeMap<>();
        Map<String, String> files = new TreeMap<>();
        // Of equal binary contents Git counts nothing or says that they are binary, as it happens to have looked.
        Set<String> unchanged = new HashSet<>();
        Iterator<String> fields = new ArrayList<>(List.of(text.split("\0"))).iterator();
        while (fields.hasNext()) {
            String field = fields.next().replaceFirst("^\n", "");
            if (field.startsWith(":")) {
                String status = field.substring(field.lastIndexOf(' ') + 1);
                boolean moved = status.startsWith("R") || status.startsWith("C");
                String first = RepoText.path(fields.next());
                String path = moved ? RepoText.path(fields.next()) : first;
                String[] ids = field.split(" ");
                if (ids[2].equals(ids[3])) {
                    unchanged.add(path);
                }
                statuses.put(
                        path,
                        "%s %s".formatted(moved ? status.replaceFirst("(?<=^.)0+", "") : status, moved ? first : "-"));
            } else if (field.matches("(?s)[0-9-]+\t[0-9-]+\t.*")) {
                String[] counts = field.split("\t", 3);
                String path = counts[2];
                if (path.isEmpty()) {
                    fields.next();
                    path = fields.next();
                }
                path = RepoText.path(path);
                boolean same = unchanged.contains(path);
                files.put(
                        path, "%s %s %s".formatted(statuses.get(path), same ? "0" : counts[0], same ? "0" : counts[1]));
            }
        }
        return files;
    }
}
