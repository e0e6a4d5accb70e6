package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.tool.Effect;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every tool over repositories of every kind that native Git makes. A call works, or is refused for a reason that is not
 * ours and changes nothing; what it leaves is what native Git sees; taken back, all is as before.
 */
class EveryRepositoryTest {
    /** @param input JSON with single quotes; {R} is the repository, {N} the folder that holds it */
    private record Case(String tool, String input) {}

    private static final List<Case> CASES = new ArrayList<>();

    /** Those that are met with every call; the others with every call that reads, and a third of those that change. */
    private static final Set<Kind> WHOLE = EnumSet.of(Kind.PLAIN, Kind.BARE, Kind.EMPTY, Kind.SHALLOW, Kind.LINKED);

    private static void add(String tool, String... inputs) {
        for (String input : inputs) {
            CASES.add(new Case(tool, input));
        }
    }

    static {
        add("git_status", "{}", "{'untracked': 'files', 'ignored': true}", "{'paths': ['sub']}");
        add("git_log", "{}", "{'paths': ['a'], 'follow': true}", "{'all': true, 'stat': true}", "{'grep': 'i'}");
        add("git_search", "{'query': 'a'}", "{'query': 'a', 'kind': 'path'}", "{'query': 'one', 'kind': 'message'}");
        add("git_search", "{'query': 'changed', 'kind': 'pickaxe'}", "{'query': 'a', 'rev': 'topic'}");
        add("git_diff", "{}", "{'staged': true}", "{'from': 'HEAD'}", "{'from': 'mine', 'to': 'topic'}");
        add("git_diff", "{'from': 'mine...topic', 'mode': 'stat'}", "{'mode': 'names'}", "{'from': 'HEAD~1'}");
        add("git_show", "{}", "{'object': 'v1'}", "{'object': 'HEAD', 'path': 'sub'}", "{'object': 'HEAD:a'}");
        add("git_blame", "{'path': 'a'}", "{'path': 'a', 'rev': 'topic'}");
        add("git_add", "{'all': true}", "{'update': true}", "{'paths': ['a']}");
        add("git_add", "{'hunks': [{'path': 'a', 'numbers': [1]}]}");
        add("git_commit", "{'message': 'm'}", "{'message': 'm', 'paths': ['a']}", "{'amend': true, 'message': 'm'}");
        add("git_commit", "{'message': 'm', 'allowEmpty': true}");
        add("git_switch", "{'target': 'topic'}", "{'target': 'other'}", "{'create': 'new'}", "{'detach': true}");
        add("git_switch", "{'target': 'topic', 'discard': true}", "{'restorePaths': ['a']}");
        add("git_switch", "{'restorePaths': ['sub'], 'source': 'HEAD'}", "{'target': 'v1', 'detach': true}");
        add("git_merge", "{'source': 'other'}", "{'source': 'topic'}", "{'source': 'other', 'dryRun': true}");
        add("git_merge", "{'source': 'other', 'squash': true}", "{'action': 'continue'}", "{'action': 'abort'}");
        add("git_conflicts", "{}", "{'paths': ['a'], 'resolve': 'theirs'}", "{'paths': ['a'], 'resolve': 'deleted'}");
        add("git_branch", "{}", "{'remotes': true}", "{'action': 'create', 'name': 'b'}");
        add("git_branch", "{'action': 'delete', 'name': 'topic', 'force': true}");
        add("git_branch", "{'action': 'rename', 'name': 'topic', 'newName': 'c'}");
        add("git_branch", "{'action': 'upstream', 'name': 'topic', 'upstream': 'origin/main'}");
        add("git_tag", "{}", "{'action': 'create', 'name': 't'}", "{'action': 'create', 'name': 't', 'message': 'm'}");
        add("git_tag", "{'action': 'delete', 'name': 'v1'}");
        add("git_stash", "{}", "{'action': 'push'}", "{'action': 'push', 'untracked': true}", "{'action': 'show'}");
        add("git_stash", "{'action': 'apply'}", "{'action': 'pop'}", "{'action': 'drop'}");
        add("git_init", "{'path': '{N}/made'}", "{'path': '{N}/made.git', 'bare': true}", "{'path': '{R}'}");
        add("git_undo", "{}", "{'steps': 1}", "{'steps': 1, 'dryRun': true}");
        add("search_repositories", "{}", "{'query': 'r'}", "{'content': 'changed'}", "{'roots': ['{N}']}");
        add("git_reset", "{}", "{'mode': 'soft', 'target': 'HEAD~1'}", "{'mode': 'hard', 'target': 'HEAD~1'}");
        add("git_reset", "{'mode': 'keep', 'target': 'HEAD~1'}", "{'mode': 'hard'}", "{'paths': ['a']}");
        add("git_rebase", "{'upstream': 'other'}", "{'upstream': 'topic'}", "{'upstream': 'other', 'dryRun': true}");
        add("git_rebase", "{'action': 'continue'}", "{'action': 'skip'}", "{'action': 'abort'}");
        add("git_cherry_pick", "{'commits': ['other']}", "{'commits': ['topic']}", "{'action': 'abort'}");
        add("git_cherry_pick", "{'commits': ['other'], 'noCommit': true}", "{'action': 'continue'}");
        add("git_revert", "{'commits': ['HEAD']}", "{'commits': ['HEAD'], 'noCommit': true}", "{'action': 'abort'}");
        add("git_clone", "{'url': '{R}', 'path': '{N}/copy'}", "{'url': '{R}', 'path': '{N}/c', 'bare': true}");
        add("git_clone", "{'url': '{N}/far.git', 'path': '{N}/copy', 'depth': 1}");
        add("git_fetch", "{}", "{'prune': true}", "{'depth': 1}", "{'unshallow': true}");
        add("git_pull", "{}", "{'mode': 'merge'}", "{'mode': 'rebase'}");
        add("git_push", "{'dryRun': true}", "{'refspecs': ['HEAD:refs/heads/pushed']}", "{}");
        add("git_remote", "{}", "{'action': 'add', 'name': 'more', 'url': '{N}/far.git'}");
        add("git_remote", "{'action': 'rename', 'name': 'origin', 'newName': 'o'}");
        add("git_remote", "{'action': 'remove', 'name': 'origin'}");
        add("git_maintain", "{'action': 'fsck'}", "{'action': 'gc'}", "{'action': 'commit-graph'}");
        add("git_maintain", "{'action': 'prune', 'days': 0}");
        add("git_worktree", "{}", "{'action': 'add', 'path': '{N}/tree', 'branch': 'topic'}", "{'action': 'prune'}");
        add("git_worktree", "{'action': 'add', 'path': '{N}/tree'}");
    }

    /** Kinds of repositories; each makes {@code r} in a folder, beside {@code far.git}, its remote. */
    enum Kind {
        PLAIN {
            @Override
            void make(Path at) throws Exception {
                team(at);
                work(at.resolve("r"));
            }
        },
        CLEAN {
            @Override
            void make(Path at) throws Exception {
                team(at);
            }
        },
        BARE {
            @Override
            void make(Path at) throws Exception {
                team(at);
                git(at, "clone", "-q", "--bare", "r", "bare");
                remove(at.resolve("r"));
                Files.move(at.resolve("bare"), at.resolve("r"));
                git(
                        at.resolve("r"),
                        "config",
                        "remote.origin.url",
                        at.resolve("far.git").toString());
            }
        },
        EMPTY {
            @Override
            void make(Path at) throws Exception {
                team(at);
                remove(at.resolve("r"));
                git(at, "init", "-q", "-b", "main", "r");
                git(
                        at.resolve("r"),
                        "remote",
                        "add",
                        "origin",
                        at.resolve("far.git").toString());
                Files.writeString(at.resolve("r/a"), "mine\n");
            }
        },
        EMPTY_BARE {
            @Override
            void make(Path at) throws Exception {
                team(at);
                remove(at.resolve("r"));
                git(at, "init", "-q", "-b", "main", "--bare", "r");
            }
        },
        SHALLOW {
            @Override
            void make(Path at) throws Exception {
                team(at);
                remove(at.resolve("r"));
                git(at, "clone", "-q", "--depth", "2", "--no-single-branch", "file://" + at.resolve("far.git"), "r");
                for (String branch : List.of("topic", "other")) {
                    git(at.resolve("r"), "branch", "-q", branch, "origin/" + branch);
                }
                git(
                        at.resolve("r"),
                        "config",
                        "remote.origin.url",
                        at.resolve("far.git").toString());
                work(at.resolve("r"));
            }
        },
        SUBMODULES {
            @Override
            void make(Path at) throws Exception {
                team(at);
                Path r = at.resolve("r");
                git(at, "clone", "-q", "far.git", "lib.git", "--bare");
                for (String lib : List.of("lib", "absent")) {
                    git(
                            r,
                            "-c",
                            "protocol.file.allow=always",
                            "submodule",
                            "add",
                            "-q",
                            at.resolve("lib.git").toString(),
                            lib);
                }
                git(r, "commit", "-q", "-m", "modules");
                git(r, "submodule", "--quiet", "deinit", "-f", "absent");
                git(r.resolve("lib"), "checkout", "-q", "HEAD~1");
                work(r);
            }
        },
        LFS {
            @Override
            void make(Path at) throws Exception {
                team(at);
                Path r = at.resolve("r");
                Files.writeString(r.resolve(".gitattributes"), "*.bin filter=lfs diff=lfs merge=lfs -text\n");
                Files.writeString(
                        r.resolve("big.bin"),
                        "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12345\n"
                                .formatted("4d7a".repeat(16)));
                commit(r, "lfs");
                work(r);
                for (String key : List.of("clean", "smudge", "process")) {
                    git(r, "config", "filter.lfs." + key, "git-lfs " + key);
                }
                git(r, "config", "filter.lfs.required", "true");
            }

            /** Native Git would run git-lfs. */
            @Override
            String[] quietly() {
                return new String[] {
                    "-c", "filter.lfs.clean=", "-c", "filter.lfs.process=", "-c", "filter.lfs.required=false"
                };
            }
        },
        LINKED {
            @Override
            void make(Path at) throws Exception {
                team(at);
                git(at.resolve("r"), "checkout", "-q", "main");
                Files.move(at.resolve("r"), at.resolve("main"));
                git(at.resolve("main"), "worktree", "add", "-q", "../r", "mine");
                work(at.resolve("r"));
            }
        },
        LINKED_OF_BARE {
            @Override
            void make(Path at) throws Exception {
                team(at);
                remove(at.resolve("r"));
                git(at, "clone", "-q", "--bare", "far.git", "main.git");
                git(at.resolve("main.git"), "worktree", "add", "-q", "../r", "mine");
                work(at.resolve("r"));
            }
        },
        DETACHED {
            @Override
            void make(Path at) throws Exception {
                team(at);
                git(at.resolve("r"), "checkout", "-q", "--detach");
                work(at.resolve("r"));
            }
        },
        MERGING {
            @Override
            void make(Path at) throws Exception {
                team(at);
                mayFail(at.resolve("r"), "merge", "-q", "topic");
            }
        },
        MERGED_BUT_NOT_COMMITTED {
            @Override
            void make(Path at) throws Exception {
                team(at);
                git(at.resolve("r"), "merge", "-q", "--no-commit", "other");
            }
        },
        REBASING {
            @Override
            void make(Path at) throws Exception {
                team(at);
                mayFail(at.resolve("r"), "rebase", "-q", "topic");
            }
        },
        PICKING {
            @Override
            void make(Path at) throws Exception {
                team(at);
                mayFail(at.resolve("r"), "cherry-pick", "topic");
            }
        },
        PICKING_MANY {
            @Override
            void make(Path at) throws Exception {
                team(at);
                mayFail(at.resolve("r"), "cherry-pick", "topic", "other");
            }
        },
        REVERTING {
            @Override
            void make(Path at) throws Exception {
                team(at);
                mayFail(at.resolve("r"), "revert", "--no-edit", "HEAD~2");
            }
        },
        BISECTING {
            @Override
            void make(Path at) throws Exception {
                team(at);
                git(at.resolve("r"), "bisect", "start", "HEAD", "HEAD~2");
            }
        },
        PACKED {
            @Override
            void make(Path at) throws Exception {
                team(at);
                Path r = at.resolve("r");
                git(r, "gc", "-q");
                git(r, "repack", "-q", "-d", "--write-midx", "--write-bitmap-index");
                git(r, "commit-graph", "write", "--reachable", "--changed-paths");
                git(r, "pack-refs", "--all");
                git(r, "update-index", "--index-version", "4");
                work(r);
            }
        },
        STASH_IN_CONFLICT {
            @Override
            void make(Path at) throws Exception {
                team(at);
                Path r = at.resolve("r");
                Files.writeString(r.resolve("a"), "stashed\n");
                git(r, "stash", "-q");
                Files.writeString(r.resolve("a"), "other\n");
                commit(r, "other");
                mayFail(r, "stash", "pop");
            }
        },
        WINDOWS_STYLE {
            @Override
            void make(Path at) throws Exception {
                team(at);
                Path r = at.resolve("r");
                git(r, "config", "core.autocrlf", "true");
                git(r, "config", "core.filemode", "false");
                git(r, "config", "core.ignorecase", "true");
                git(r, "rm", "-q", "--cached", "-r", ".");
                git(r, "reset", "-q", "--hard");
                work(r);
            }
        };

        abstract void make(Path at) throws Exception;

        /** What native Git is told before its command. */
        String[] quietly() {
            return new String[0];
        }

        private static void git(Path at, String... arguments) throws IOException, InterruptedException {
            Bench.gitIn(at, arguments);
        }

        private static void mayFail(Path at, String... arguments) throws IOException, InterruptedException {
            Bench.gitMayFailIn(at, arguments);
        }

        private static void commit(Path r, String message) throws Exception {
            git(r, "add", "-A");
            git(r, "commit", "-q", "-m", message);
        }

        /** A history of a few branches, one commit ahead of its remote and one behind. */
        private static void team(Path at) throws Exception {
            Path r = at.resolve("r");
            git(at, "init", "-q", "-b", "main", "r");
            Files.createDirectories(r.resolve("sub"));
            Files.writeString(r.resolve("a"), "a\n");
            Files.writeString(r.resolve("sub/b"), "b\n");
            Files.writeString(r.resolve(".gitignore"), "*.tmp\n");
            commit(r, "one");
            git(r, "checkout", "-q", "-b", "topic");
            Files.writeString(r.resolve("a"), "topic\n");
            commit(r, "on topic");
            git(r, "checkout", "-q", "-b", "other", "main");
            Files.writeString(r.resolve("o"), "o\n");
            commit(r, "on other");
            git(r, "checkout", "-q", "main");
            for (String text : List.of("changed\n", "changed\nagain\n")) {
                Files.writeString(r.resolve("a"), text);
                commit(r, "main " + text.length());
            }
            git(r, "checkout", "-q", "-b", "mine");
            git(r, "tag", "-a", "-m", "first", "v1", "main~1");
            git(at, "clone", "-q", "--bare", "r", "far.git");
            git(r, "remote", "add", "origin", at.resolve("far.git").toString());
            git(r, "fetch", "-q", "origin");
            git(r, "branch", "-q", "-u", "origin/mine");
            String later = Bench.gitIn(r, "commit-tree", "-p", "mine~1", "-m", "theirs", "other^{tree}");
            git(r, "push", "-q", "--force", "origin", later.strip() + ":refs/heads/mine");
        }

        /** What is not committed. */
        private static void work(Path r) throws Exception {
            Files.writeString(r.resolve("sub/b"), "b\nstaged\n");
            git(r, "add", "sub/b");
            Files.writeString(r.resolve("a"), Files.readString(r.resolve("a")) + "unstaged\n");
            Files.writeString(r.resolve("loose"), "loose\n");
            Files.writeString(r.resolve("x.tmp"), "ignored\n");
        }
    }

    /** Without the examples that native Git puts into each repository. */
    private static void slim(Path model) throws IOException {
        try (Stream<Path> all = Files.walk(model)) {
            for (Path each : all.filter(path -> path.getFileName().toString().equals("hooks"))
                    .toList()) {
                remove(each);
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    @TempDir
    Path temporary;

    private Bench bench;

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @EnumSource
    void worksOrSaysWhyNotAndAgreesWithNativeGit(Kind kind) throws Exception {
        bench = new Bench(temporary);
        Path model = Files.createDirectories(temporary.resolve("model"));
        kind.make(model);
        String before = seen(kind, model);
        List<String> broken = new ArrayList<>();
        slim(model);
        Path untouched = bench.root.resolve("n");
        copy(model, untouched);
        for (int i = 0; i < CASES.size(); i++) {
            Case each = CASES.get(i);
            boolean reads = bench.effect(each.tool()) == Effect.READS;
            if (!reads && !WHOLE.contains(kind) && (i + kind.ordinal()) % 3 != 0) {
                continue;
            }
            Path at = reads ? untouched : bench.root.resolve("n" + i);
            try {
                if (!reads) {
                    copy(model, at);
                }
                run(kind, each, at, before);
            } catch (AssertionError e) {
                StringWriter text = new StringWriter();
                e.printStackTrace(new PrintWriter(text));
                broken.add(text.toString());
            }
            if (!reads) {
                remove(at);
            }
        }
        assertThat(seen(kind, untouched)).isEqualTo(before);
        assertThat(broken).as(kind.name()).isEmpty();
    }

    private void run(Kind kind, Case each, Path at, String before) throws Exception {
        String name = at.getFileName().toString();
        String what = kind + ": " + each.tool() + " " + each.input();
        String input = each.input().replace("{R}", name + "/r").replace("{N}", name);
        if (!Set.of("git_init", "git_clone", "search_repositories").contains(each.tool())) {
            input = "{'repo': '%s/r'%s".formatted(name, input.equals("{}") ? "}" : ", " + input.substring(1));
        }
        boolean reads = bench.effect(each.tool()) == Effect.READS;
        JsonNode answer;
        try {
            answer = bench.call(each.tool(), input);
        } catch (ToolException e) {
            assertThat(e.kind())
                    .as("%s: %s", what, e.getMessage())
                    .isIn(
                            ToolException.Kind.INVALID_INPUT,
                            ToolException.Kind.NOT_FOUND,
                            ToolException.Kind.CONFLICT,
                            ToolException.Kind.DENIED);
            if (!reads) {
                assertThat(seen(kind, at)).as(what).isEqualTo(before);
            }
            return;
        } catch (RuntimeException | IOException e) {
            throw new AssertionError(what, e);
        }
        if (!reads) {
            sound(kind, at, what);
            // Each call is taken back in every third kind of repository: all together would take minutes.
            if (answer.has("opId")
                    && !each.tool().equals("git_undo")
                    && (CASES.indexOf(each) + kind.ordinal()) % 3 == 0) {
                takeBack(kind, at, what, before, answer.get("opId").asText());
            }
        }
    }

    private void takeBack(Kind kind, Path at, String what, String before, String opId) throws Exception {
        bench.call("git_undo", "{'opId': '%s'}".formatted(opId));
        assertThat(seen(kind, at)).as("%s, taken back", what).isEqualTo(before);
    }

    /** That native Git takes the repository for whole, and sees in its working tree what we see. */
    private void sound(Kind kind, Path at, String what) throws Exception {
        Path r = at.resolve("r");
        Bench.gitIn(r, "fsck", "--strict", "--no-dangling", "--no-progress");
        JsonNode ours = bench.call("git_status", "{'repo': '%s/r', 'untracked': 'files'}".formatted(at.getFileName()));
        if (Files.exists(r.resolve(".git"))) {
            assertThat(StatusLines.of(ours)).as(what).isEqualTo(StatusLines.ofNative(r, "all", kind.quietly()));
        } else {
            assertThat(ours.get("summary").asText()).as(what).startsWith("bare");
        }
    }

    /** Without the folder that a copy is in, nor that of the model, which what was made with its path keeps. */
    private String anywhere(String text, Path at) {
        return text.replace(at.toString(), "")
                .replace(temporary.resolve("model").toString(), "");
    }

    /** Refs, HEAD, configuration, status and content, as native Git sees them. */
    private String seen(Kind kind, Path at) throws Exception {
        Path r = at.resolve("r");
        StringBuilder seen = new StringBuilder();
        for (String line : Bench.gitIn(r, "for-each-ref").lines().toList()) {
            if (!line.contains("refs/millwright/")) {
                seen.append(line).append('\n');
            }
        }
        boolean bare = !Files.exists(r.resolve(".git"));
        Path git = bare ? r : r.resolve(".git");
        for (String name : List.of("HEAD", "config")) {
            if (Files.isDirectory(git)) {
                seen.append(anywhere(Files.readString(git.resolve(name)), at));
            }
        }
        if (!bare) {
            seen.append(StatusLines.ofNative(r, "all", kind.quietly()));
            try (Stream<Path> all = Files.walk(r)) {
                for (Path file : all.filter(path -> !r.relativize(path).startsWith(".git"))
                        .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                        .sorted()
                        .toList()) {
                    seen.append(r.relativize(file)).append(' ').append(anywhere(Files.readString(file), at));
                }
            }
        }
        try (Stream<Path> beside = Files.list(at)) {
            seen.append(
                    beside.map(path -> path.getFileName().toString()).sorted().toList());
        }
        return seen.toString();
    }

    /** With the paths that Git wrote down made those of the copy. */
    private static void copy(Path model, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(model)) {
            for (Path each : all.toList()) {
                Path copy = to.resolve(model.relativize(each).toString());
                Files.copy(each, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
                if (Set.of("config", "gitdir", ".git")
                                .contains(each.getFileName().toString())
                        && Files.isRegularFile(each)) {
                    String text = Files.readString(each);
                    Files.writeString(copy, text.replace(model.toString(), to.toString()));
                }
            }
        }
    }

    @Test
    void saysOfABareRepositoryThatItIsBareAndWhatWorks() throws Exception {
        bench = new Bench(temporary);
        Kind.BARE.make(bench.root);
        assertThat(bench.call("git_status", "{'repo': 'r'}").get("summary").asText())
                .isEqualTo("bare: no index and no working tree");
        for (String[] call : new String[][] {
            {"git_add", "'all': true"},
            {"git_commit", "'message': 'm'"},
            {"git_conflicts", "'maxTokens': 5000"},
            {"git_stash", "'action': 'push'"},
            {"git_switch", "'restorePaths': ['a']"},
            {"git_reset", "'mode': 'mixed'"},
            {"git_reset", "'mode': 'hard'"},
            {"git_reset", "'mode': 'keep'"},
            {"git_reset", "'paths': ['a']"},
            {"git_merge", "'source': 'other'"},
            {"git_rebase", "'upstream': 'other'"},
            {"git_cherry_pick", "'commits': ['other']"},
            {"git_revert", "'commits': ['HEAD']"}
        }) {
            assertThat(bench.refused(ToolException.Kind.CONFLICT, call[0], "{'repo': 'r', %s}".formatted(call[1])))
                    .as(call[0])
                    .contains("r is bare", "git_clone", "git_worktree");
        }
        assertThat(bench.call("git_search", "{'repo': 'r', 'query': 'changed'}").get("files"))
                .hasSize(1);
        bench.call("git_reset", "{'repo': 'r', 'mode': 'soft', 'target': 'HEAD~1'}");
        bench.call("git_switch", "{'repo': 'r', 'target': 'topic'}");
        assertThat(Bench.gitIn(bench.root.resolve("r"), "symbolic-ref", "HEAD")).isEqualTo("refs/heads/topic\n");
    }

    @Test
    void forgetsNoTool() throws Exception {
        bench = new Bench(temporary);
        assertThat(CASES.stream().map(Case::tool).collect(Collectors.toSet())).containsAll(bench.toolNames());
    }
}
