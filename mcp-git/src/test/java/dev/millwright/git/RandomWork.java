package dev.millwright.git;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** What somebody does in a repository, by chance: edits, and calls of every tool that changes it. */
final class RandomWork {
    private static final List<String> PATHS = List.of("a", "b", "sub/c", "sub/d", "deep/er/e", "f", "link", "run");
    private static final List<String> BRANCHES = List.of("main", "topic", "other");

    /** A call. */
    record Op(String tool, ObjectNode arguments) {}

    private final Bench bench;
    private final Random random;

    RandomWork(Bench bench, long seed) {
        this.bench = bench;
        this.random = new Random(seed);
    }

    static void begin(Bench bench) throws Exception {
        bench.git("init", "-q", "-b", "main");
        for (String path : PATHS) {
            bench.write(path, path + "\n");
        }
        bench.git("add", ".");
        bench.git("commit", "-q", "-m", "first");
        bench.git("branch", "topic");
        bench.git("checkout", "-q", "-b", "other");
        bench.write("b", "other\n");
        Files.delete(bench.root.resolve("f"));
        bench.write("f/below", "a folder\n");
        bench.git("add", "-A");
        bench.git("commit", "-q", "-m", "second");
        bench.git("checkout", "-q", "main");
    }

    /** Some files get another content, mode or kind, or go. */
    void edit() throws IOException {
        for (int i = random.nextInt(4); i > 0; i--) {
            Path file = bench.root.resolve(PATHS.get(random.nextInt(PATHS.size())));
            if (Files.isDirectory(file)) {
                continue;
            }
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(file);
            switch (random.nextInt(6)) {
                case 0 -> {}
                case 1 -> Files.createSymbolicLink(file, Path.of("a"));
                case 2 -> {
                    Files.writeString(file, "run " + random.nextInt(9) + "\n");
                    file.toFile().setExecutable(true);
                }
                case 3 -> Files.writeString(file, "line\r\n".repeat(random.nextInt(3_000)));
                default -> Files.writeString(file, "text " + random.nextInt(9) + "\n");
            }
        }
    }

    private String branch() {
        return BRANCHES.get(random.nextInt(3));
    }

    private ObjectNode commits(ObjectNode in) {
        in.putArray("commits").add(branch());
        return in.put("noCommit", random.nextInt(4) == 0);
    }

    Op next() {
        ObjectNode in = Json.object();
        return switch (random.nextInt(20)) {
            case 0, 1 -> new Op("git_add", in.put("all", true));
            case 2, 3 -> new Op("git_commit", in.put("message", "work " + random.nextInt(99)));
            case 4 -> new Op("git_commit", in.put("message", "empty").put("allowEmpty", true));
            case 5 ->
                new Op(
                        "git_branch",
                        in.put("action", random.nextBoolean() ? "create" : "delete")
                                .put("name", random.nextBoolean() ? "topic" : "side")
                                .put("force", true));
            case 6 ->
                new Op(
                        "git_tag",
                        in.put("action", random.nextBoolean() ? "create" : "delete")
                                .put("name", "v" + random.nextInt(2))
                                .put("force", true)
                                .put("message", "tag"));
            case 7 -> new Op("git_stash", in.put("action", "push").put("untracked", random.nextBoolean()));
            case 8 -> new Op("git_stash", in.put("action", random.nextBoolean() ? "pop" : "drop"));
            case 9, 10 -> new Op("git_switch", in.put("target", branch()).put("discard", random.nextInt(3) == 0));
            case 11 -> new Op("git_merge", in.put("source", branch()).put("squash", random.nextInt(4) == 0));
            case 12 -> new Op("git_merge", in.put("action", random.nextBoolean() ? "abort" : "continue"));
            case 13 -> new Op("git_rebase", in.put("upstream", branch()));
            case 14 -> new Op("git_cherry_pick", commits(in));
            case 15 -> new Op("git_revert", commits(in));
            case 16 ->
                new Op(
                        List.of("git_rebase", "git_cherry_pick", "git_revert").get(random.nextInt(3)),
                        in.put("action", List.of("abort", "continue", "skip").get(random.nextInt(3))));
            case 17 -> {
                in.putArray("paths").add(PATHS.get(random.nextInt(PATHS.size())));
                yield new Op(
                        "git_conflicts",
                        in.put("resolve", List.of("ours", "theirs", "deleted").get(random.nextInt(3))));
            }
            default ->
                new Op(
                        "git_reset",
                        in.put("mode", List.of("soft", "mixed", "hard").get(random.nextInt(3)))
                                .put("target", random.nextBoolean() ? "HEAD" : "other"));
        };
    }
}
