package dev.millwright.git;

import static dev.millwright.tool.ToolException.Kind.INVALID_INPUT;
import static dev.millwright.tool.ToolException.Kind.NOT_FOUND;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitLogTest {
    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(temporary);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void agreesWithNativeGitOnAnyQuestion() throws Exception {
        for (int seed = 0; seed < 12; seed++) {
            String repo = "r" + seed;
            Path folder = new RandomHistory(seed, 40, true).in(bench.root.resolve(repo));
            SplittableRandom random = new SplittableRandom(seed);
            List<String> commits = lines(Bench.gitIn(folder, "log", "--all", "--format=%H"));
            List<String> paths = new ArrayList<>();
            for (String line : Bench.gitIn(folder, "log", "--all", "--name-only", "-z", "--format=")
                    .split("\0")) {
                String path = line.strip();
                if (!path.isEmpty() && !path.contains("\n")) {
                    paths.add(path);
                    paths.add(path.replaceFirst("/.*", ""));
                }
            }
            for (int i = 0; i < 12; i++) {
                List<String> command = new ArrayList<>(List.of("log", "--abbrev=10", "--format=%h"));
                ObjectNode input = Json.object().put("repo", repo).put("limit", 1000);
                question(random, commits, paths, command, input);
                String expected = Bench.gitIn(folder, command.toArray(String[]::new));
                assertThat(ids(bench.run("git_log", input)))
                        .as("%s %s", command, input)
                        .isEqualTo(lines(expected));
            }
        }
    }

    private static void question(
            SplittableRandom random, List<String> commits, List<String> paths, List<String> command, ObjectNode input) {
        ArrayNode revs = input.putArray("revs");
        String one = commits.get(random.nextInt(commits.size()));
        String other = commits.get(random.nextInt(commits.size()));
        switch (random.nextInt(5)) {
            case 0 -> revs.add(one + ".." + other);
            case 1 -> revs.add(one + "..." + other);
            case 2 -> revs.add(one).add(other);
            case 3 -> input.put("all", true);
            default -> revs.add(one);
        }
        revs.forEach(rev -> command.add(rev.asText()));
        if (random.nextInt(4) == 0) {
            input.put("firstParent", true);
            command.add("--first-parent");
        }
        if (random.nextInt(5) == 0) {
            boolean merges = random.nextBoolean();
            input.put("merges", merges);
            command.add(merges ? "--merges" : "--no-merges");
        }
        if (random.nextInt(5) == 0) {
            input.put("author", "Ada|Grace");
            command.addAll(List.of("-E", "--author=Ada|Grace"));
        }
        if (random.nextInt(5) == 0) {
            input.put("grep", "[aeiou][rst]");
            command.add("--grep=[aeiou][rst]");
        }
        long begin = 1_700_000_000;
        if (random.nextInt(5) == 0) {
            String since =
                    Instant.ofEpochSecond(begin + random.nextInt(300_000)).toString();
            input.put("since", since);
            command.add("--since=" + since);
        }
        if (random.nextInt(5) == 0) {
            String until =
                    Instant.ofEpochSecond(begin + random.nextInt(300_000)).toString();
            input.put("until", until);
            command.add("--until=" + until);
        }
        if (input.path("all").asBoolean()) {
            command.add("--all");
        }
        int limits = random.nextInt(4);
        command.add("--");
        if (limits > 0) {
            ArrayNode chosen = input.putArray("paths");
            for (int i = limits == 1 ? 2 : 1; i > 0; i--) {
                String path = paths.get(random.nextInt(paths.size()));
                chosen.add(path);
                command.add(":(top,literal)" + path);
            }
        }
    }

    @Test
    void followsAFileThroughItsNames() throws Exception {
        for (int seed = 20; seed < 26; seed++) {
            String repo = "r" + seed;
            Path folder = new RandomHistory(seed, 40, true).checkedOutIn(bench.root.resolve(repo));
            for (String path : Bench.gitIn(folder, "ls-files", "-z").split("\0")) {
                ObjectNode input =
                        Json.object().put("repo", repo).put("limit", 1000).put("follow", true);
                input.putArray("paths").add(path);
                assertThat(ids(bench.run("git_log", input)))
                        .as("%s %s", repo, path)
                        .isEqualTo(lines(
                                Bench.gitIn(folder, "log", "--abbrev=10", "--format=%h", "--follow", "--", path)));
            }
        }
    }

    @Test
    void pagesShowEveryCommitOnceWhileOthersCommit() throws Exception {
        Path folder = new RandomHistory(5, 60, true).checkedOutIn(bench.root);
        List<String> expected = lines(Bench.gitIn(folder, "log", "--abbrev=10", "--format=%h"));
        List<String> seen = new ArrayList<>();
        String cursor = null;
        do {
            ObjectNode input = Json.object().put("limit", 7);
            if (cursor != null) {
                input.put("cursor", cursor);
            }
            JsonNode page = bench.run("git_log", input);
            seen.addAll(ids(page));
            cursor = page.path("cursor").asText(null);
            bench.git("commit", "-q", "--allow-empty", "-m", "meanwhile");
        } while (cursor != null);
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void refusesACursorOfAnotherQuestion() throws Exception {
        new RandomHistory(5, 20, true).in(bench.root);
        String cursor = bench.call("git_log", "{'limit':3}").path("cursor").asText();
        assertThat(bench.refused(INVALID_INPUT, "git_log", "{'firstParent':true,'cursor':'" + cursor + "'}"))
                .contains("/cursor");
        assertThat(bench.refused(INVALID_INPUT, "git_log", "{'cursor':'AAAA'}")).contains("/cursor");
        assertThat(bench.refused(INVALID_INPUT, "git_log", "{'cursor':'~'}")).contains("/cursor");
    }

    @Test
    void refusesWhatIsNoRevision() throws Exception {
        new RandomHistory(5, 5, true).in(bench.root);
        assertThat(bench.refused(NOT_FOUND, "git_log", "{'revs':['nowhere']}")).contains("nowhere");
        bench.refused(INVALID_INPUT, "git_log", "{'revs':['--output=x']}");
        bench.refused(INVALID_INPUT, "git_log", "{'paths':['/etc']}");
        bench.refused(INVALID_INPUT, "git_log", "{'since':'whenever'}");
        bench.refused(INVALID_INPUT, "git_log", "{'grep':'('}");
    }

    @Test
    void countsLinesAsNativeGit() throws Exception {
        Path folder = new RandomHistory(11, 40, true).in(bench.root);
        JsonNode log = bench.call("git_log", "{'stat':true,'limit':1000,'merges':false}");
        for (JsonNode commit : log.path("commits")) {
            List<String> expected = new ArrayList<>();
            String[] parts = Bench.gitIn(
                            folder,
                            "show",
                            "--numstat",
                            "-M",
                            "-z",
                            "--format=",
                            commit.path("id").asText())
                    .split("\0");
            for (int i = 0; i < parts.length && !parts[i].isBlank(); i++) {
                String[] fields = parts[i].stripLeading().split("\t", 3);
                String name = fields[2].isEmpty() ? parts[++i] + " => " + parts[++i] : fields[2];
                expected.add(
                        fields[0].equals("-") ? name + " binary" : "%s +%s -%s".formatted(name, fields[0], fields[1]));
            }
            List<String> files = new ArrayList<>();
            commit.path("files").forEach(file -> files.add(file.asText().replaceFirst(" binary, .*", " binary")));
            for (int i = 0; i < files.size(); i++) {
                // A binary file that only moved is not looked into.
                if (i < expected.size() && expected.get(i).equals(files.get(i).replace(" +0 -0", " binary"))) {
                    files.set(i, expected.get(i));
                }
            }
            assertThat(files).as(commit.path("id").asText()).isEqualTo(expected);
        }
    }

    @Test
    void showsHostileMessagesHarmless() throws Exception {
        bench.git("init", "-qb", "main");
        commit("UTF-8", "\u001b[31mred\u202e <script> {\"tool\":1}\n\nbody \u0007".getBytes(UTF_8), "");
        commit("ISO-8859-1", "caf\u00e9".getBytes(ISO_8859_1), "encoding ISO-8859-1\n");
        commit("broken", new byte[] {'x', (byte) 0xe9, 'y'}, "");
        commit("unknown", "text".getBytes(UTF_8), "encoding no-such\n");
        JsonNode log = bench.call("git_log", "{'full':true}");
        assertThat(log.path("integrity").asText()).isEqualTo("untrusted");
        assertThat(log.at("/commits/3/subject").asText()).isEqualTo("\\u001b[31mred\\u202e <script> {\"tool\":1}");
        assertThat(log.at("/commits/3/body").asText()).isEqualTo("body \\u0007");
        assertThat(log.at("/commits/2/subject").asText()).isEqualTo("caf\u00e9");
        assertThat(log.at("/commits/2/garbled").isMissingNode()).isTrue();
        assertThat(log.at("/commits/1/garbled").asText()).isEqualTo("no UTF-8");
        assertThat(log.at("/commits/0/garbled").asText()).isEqualTo("unknown encoding no-such");
    }

    private void commit(String name, byte[] message, String header) throws Exception {
        String tree = bench.git("write-tree").strip();
        String parent = bench.git("for-each-ref", "--format=%(objectname)").strip();
        String who = "Ada <ada@example.org> 170000000" + name.length() + " +0000";
        byte[] head = ("tree " + tree + "\n" + (parent.isEmpty() ? "" : "parent " + parent + "\n") + "author " + who
                        + "\ncommitter " + who + "\n" + header + "\n")
                .getBytes(UTF_8);
        byte[] all = Arrays.copyOf(head, head.length + message.length);
        System.arraycopy(message, 0, all, head.length, message.length);
        Files.write(bench.root.resolve("raw"), all);
        bench.git(
                "update-ref",
                "refs/heads/main",
                bench.git("hash-object", "-t", "commit", "-w", "raw").strip());
    }

    @Test
    void endsWhereAShallowCloneEnds() throws Exception {
        Path origin = new RandomHistory(4, 30, true).checkedOutIn(bench.outside.resolve("origin"));
        Bench.gitIn(bench.root, "clone", "-q", "--depth=3", "file://" + origin, "clone");
        Path clone = bench.root.resolve("clone");
        assertThat(ids(bench.call("git_log", "{'repo':'clone','limit':1000}")))
                .isEqualTo(lines(Bench.gitIn(clone, "log", "--abbrev=10", "--format=%h")));
        Bench.gitIn(clone, "fetch", "-q", "--unshallow");
        assertThat(ids(bench.call("git_log", "{'repo':'clone','limit':1000}")))
                .isEqualTo(lines(Bench.gitIn(clone, "log", "--abbrev=10", "--format=%h")));
    }

    @Test
    void isNotDeceivedByReplacementsAndGrafts() throws Exception {
        new RandomHistory(4, 30, true).in(bench.root);
        List<String> all = lines(bench.git("log", "--format=%H", "main"));
        bench.git("replace", "--graft", all.get(2), all.get(6));
        Files.createDirectories(bench.root.resolve(".git/info"));
        Files.writeString(bench.root.resolve(".git/info/grafts"), all.get(1) + " " + all.get(7) + "\n");
        assertThat(bench.git("log", "--format=%H", "main")).isNotEqualTo(String.join("\n", all) + "\n");
        assertThat(ids(bench.call("git_log", "{'limit':1000,'revs':['main']}")))
                .isEqualTo(all.stream().map(id -> id.substring(0, 10)).toList());
    }

    @Test
    void saysNothingOfARepositoryWithoutCommits() throws Exception {
        bench.git("init", "-qb", "main");
        assertThat(bench.call("git_log", "{}").path("commits")).isEmpty();
    }

    @Test
    void staysWithinItsBudget() throws Exception {
        new RandomHistory(4, 60, true).in(bench.root);
        JsonNode page = bench.run(new FakeCall(Tenant.DEFAULT, 500), "git_log", Json.object());
        assertThat(Json.write(page).length()).isLessThan(2_000);
        assertThat(page.path("cursor").asText()).isNotEmpty();
    }

    private static List<String> ids(JsonNode log) {
        List<String> ids = new ArrayList<>();
        log.path("commits").forEach(commit -> ids.add(commit.path("id").asText()));
        return ids;
    }

    private static List<String> lines(String output) {
        return output.lines().toList();
    }
}
