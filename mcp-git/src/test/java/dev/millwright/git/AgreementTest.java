package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.git.repo.RepoText;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Native Git as oracle: of thousands of random histories, both say the same. */
class AgreementTest {
    /** Histories compared; others with -Dagreement.histories=20000 and -Dagreement.first=2000. */
    private static final int HISTORIES = Integer.getInteger("agreement.histories", 2000);

    private static final int FIRST = Integer.getInteger("agreement.first", 0);
    private static final int SHOWN = 10;

    /** Characters of an id that git_blame shows. */
    private static final int ID = 8;

    @TempDir
    Path folder;

    private final Map<String, AtomicInteger> compared = new ConcurrentHashMap<>();
    private final Queue<String> disagreements = new ConcurrentLinkedQueue<>();
    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(folder);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void logStatusDiffAndBlameAgree(TestReporter report) {
        IntStream.range(FIRST, FIRST + HISTORIES).parallel().forEach(seed -> {
            try {
                compare(seed);
            } catch (Exception e) {
                throw new AssertionError("seed " + seed, e);
            }
        });
        report.publishEntry("compared", compared.toString());
        report.publishEntry("disagreements", Integer.toString(disagreements.size()));
        assertThat(disagreements.stream().limit(SHOWN))
                .as("%d disagreements of %s", disagreements.size(), compared)
                .isEmpty();
    }

    private void compare(int seed) throws Exception {
        RandomHistory history = new RandomHistory(seed, 6 + seed % 20, seed % 2 == 0);
        String name = "r" + seed;
        Path repo = history.checkedOutIn(bench.root.resolve(name));
        SplittableRandom random = new SplittableRandom(seed);
        List<String> files = history.files();
        List<String> known = log(seed, repo, Json.object().put("all", true), "--all");
        List<String> texts = history.texts();
        if (!texts.isEmpty()) {
            String path = texts.get(random.nextInt(texts.size()));
            ObjectNode limited = Json.object();
            limited.putArray("paths").add(path);
            log(seed, repo, limited, "--", path);
            blame(seed, repo, path);
        }
        diff(seed, repo, known.get(random.nextInt(known.size())));
        disturb(repo, files, random);
        Bench.gitIn(repo, "add", "-A");
        disturb(repo, files, random);
        status(seed, repo);
        delete(repo);
    }

    /** What Git prints, without warnings of links in the place of {@code .gitignore}. */
    private static String natively(Path repo, String... arguments) throws Exception {
        return Bench.gitIn(repo, arguments).replaceAll("warning: unable to access .*\n", "");
    }

    private JsonNode ask(String tool, int seed, ObjectNode input) throws Exception {
        return bench.run(new FakeCall(Tenant.DEFAULT, 1_000_000), tool, input.put("repo", "r" + seed));
    }

    private void same(String what, int seed, Object input, Object ours, Object natives) {
        compared.computeIfAbsent(what, key -> new AtomicInteger()).incrementAndGet();
        if (!ours.equals(natives)) {
            disagreements.add(
                    "%s of seed %d, %s%n   ours: %s%n native: %s".formatted(what, seed, input, ours, natives));
        }
    }

    /** @return ids of the commits */
    private List<String> log(int seed, Path repo, ObjectNode input, String... selection) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("--literal-pathspecs", "-c", "core.abbrev=10", "log", "-z", "--format=%h%x01%aN%x01%s"));
        command.addAll(List.of(selection));
        List<String> natives = new ArrayList<>();
        for (String commit : Bench.gitIn(repo, command.toArray(String[]::new)).split("\0")) {
            String[] parts = commit.split("\u0001", -1);
            natives.add("%s %s %s".formatted(parts[0], RepoText.line(parts[1], 200), RepoText.line(parts[2], 400)));
        }
        List<String> ours = new ArrayList<>();
        for (JsonNode commit : ask("git_log", seed, input.put("limit", 1000)).path("commits")) {
            ours.add("%s %s %s"
                    .formatted(
                            commit.path("id").asText(),
                            commit.path("author").asText(),
                            commit.path("subject").asText()));
        }
        same("log", seed, input, ours, natives);
        return natives.stream().map(line -> line.substring(0, 10)).toList();
    }

    /** A commit of any branch and the last of {@code main}, with renames, as {@code git diff --stat} counts. */
    private void diff(int seed, Path repo, String from) throws Exception {
        Map<String, String> natives = new TreeMap<>();
        Iterator<String> fields = List.of(natively(repo, "diff", "-z", "-M", "--numstat", from, "HEAD")
                        .split("\0"))
                .iterator();
        while (fields.hasNext()) {
            String[] counts = fields.next().split("\t", 3);
            if (counts.length == 3) {
                String old = counts[2].isEmpty() ? fields.next() : "";
                String path = counts[2].isEmpty() ? fields.next() : counts[2];
                natives.put(plain(path), "%s %s %s".formatted(plain(old), counts[0], counts[1]));
            }
        }
        ObjectNode input = Json.object().put("from", from).put("to", "HEAD").put("mode", "stat");
        Map<String, String> ours = new TreeMap<>();
        for (JsonNode file : ask("git_diff", seed, input).path("files")) {
            String path = plain(file.path("path").asText());
            String line = "%s %s %s"
                    .formatted(
                            plain(file.path("from").asText()),
                            file.path("added").asText("-"),
                            file.path("removed").asText("-"));
            // Of equal binary contents Git counts nothing or says they are binary, as it happens to have looked.
            String other = natives.getOrDefault(path, "");
            boolean uncounted = line.matches(".* (0 0|- -)") && other.matches(".* (0 0|- -)");
            ours.put(path, uncounted ? other : line);
        }
        same("diff --stat", seed, input, ours, natives);
    }

    private void status(int seed, Path repo) throws Exception {
        TreeSet<String> natives = new TreeSet<>();
        String output = natively(repo, "status", "--porcelain", "-z");
        Iterator<String> fields = List.of(output.split("\0")).iterator();
        while (fields.hasNext()) {
            String field = fields.next();
            if (field.length() > 3) {
                String path = plain(field.substring(3));
                if (field.startsWith("??")) {
                    natives.add("untracked " + path);
                } else {
                    char staged = field.charAt(0);
                    String from = staged == 'R' ? plain(fields.next()) + " -> " : "";
                    if (staged != ' ') {
                        natives.add("staged " + staged + " " + from + path);
                    }
                    if (field.charAt(1) != ' ') {
                        natives.add("unstaged " + field.charAt(1) + " " + path);
                    }
                }
            }
        }
        TreeSet<String> ours = new TreeSet<>();
        JsonNode answer = ask("git_status", seed, Json.object());
        for (String group : List.of("staged", "unstaged", "untracked", "conflicted", "unreadable")) {
            answer.path(group).forEach(line -> ours.add(group + " " + line.asText()));
        }
        same("status", seed, "", ours, natives);
    }

    private void blame(int seed, Path repo, String path) throws Exception {
        List<String> natives = Bench.gitIn(repo, "blame", "--line-porcelain", "HEAD", "--", path)
                .lines()
                .filter(line -> line.matches("[0-9a-f]{40} [0-9]+ [0-9]+.*"))
                .map(line -> line.substring(0, ID))
                .toList();
        ObjectNode input = Json.object().put("path", path).put("rev", "HEAD");
        List<String> ours = new ArrayList<>();
        for (JsonNode range : ask("git_blame", seed, input).path("ranges")) {
            for (int line = range.path("start").asInt();
                    line <= range.path("end").asInt();
                    line++) {
                ours.add(range.path("id").asText().substring(0, ID));
            }
        }
        same("blame", seed, input, ours, natives);
    }

    /** What a person does to a working tree. */
    private static void disturb(Path repo, List<String> files, SplittableRandom random) throws IOException {
        for (String file : files) {
            Path path = repo.resolve(file);
            if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                switch (random.nextInt(10)) {
                    case 0 -> Files.writeString(path, "more\n", StandardOpenOption.APPEND);
                    case 1 -> Files.delete(path);
                    case 2 -> path.toFile().setExecutable(!Files.isExecutable(path));
                    case 3 -> Files.move(path, path.resolveSibling("moved " + random.nextInt(1_000_000)));
                    default -> {}
                }
            }
        }
        for (String fresh : List.of("new.log", "new/deep/file", "build/out", "top", "keep.log")) {
            Path path = repo.resolve(fresh);
            if (random.nextInt(3) == 0 && !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectories(path.getParent());
                Files.writeString(path, "new " + random.nextInt(3) + "\n");
            }
        }
    }

    private static String plain(String path) {
        return RepoText.path(path);
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException problem) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
