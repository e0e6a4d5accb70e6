package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Content;
import dev.millwright.tool.HasContent;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names and messages that would move a cursor, hide, turn the direction of writing or begin a line of their own. */
class HostileNamesTest {
    /** What a name would make a line of, did it reach an answer as it is. */
    private static final String FORGED = "FORGED";

    private static final String LINE = "x\nFORGED y";
    private static final String ESCAPE = "e\u001b[2J\u001b]0;t\u0007";
    private static final String BIDI = "b\u202egpj.\u2066x\u200bz\u0085\u2028w";
    private static final List<String> NAMES =
            List.of(LINE, ESCAPE, BIDI, "t\tab", "r\rFORGED", "-q", "a -> b", "\\u000a");
    private static final String BRANCH = "b\u202ex\u0085y\u200bz";

    @TempDir
    Path temporary;

    private Bench bench;
    private final List<String> said = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(temporary);
        Path r = Files.createDirectories(bench.root.resolve("r\nFORGED r"));
        Bench.gitIn(r, "init", "-q", "-b", "main");
        write(r, "one\n");
        commit(r, ESCAPE + "\n\nbody " + BIDI);
        Bench.gitIn(r, "branch", BRANCH);
        Bench.gitIn(r, "tag", "-a", "-m", BIDI + "\n\n" + ESCAPE, "t" + BRANCH);
        Bench.gitIn(r, "checkout", "-q", "-b", "other");
        write(r, "other\n");
        commit(r, "other");
        Bench.gitIn(r, "checkout", "-q", "-b", "moved", "main");
        for (int i = 0; i < NAMES.size(); i++) {
            Bench.gitIn(r, "mv", "--", NAMES.get(i), NAMES.get(i) + " moved\nFORGED " + i);
        }
        commit(r, "moved");
        Bench.gitIn(r, "checkout", "-q", "main");
        write(r, "main\n");
        commit(r, "main");
        write(r, "stashed\n");
        Bench.gitIn(r, "stash", "push", "-q", "-m", BIDI);
        write(r, "changed\n");
        Files.writeString(r.resolve("loose\nFORGED l"), "loose\n");
        Files.writeString(r.resolve(".gitignore"), "ignored*\n");
        Files.writeString(r.resolve("ignored\nFORGED i"), "ignored\n");
        Bench.gitIn(r, "remote", "add", "origin", r.toString());
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static void write(Path r, String text) throws Exception {
        for (String name : NAMES) {
            Files.writeString(r.resolve(name), text);
            Files.createDirectories(r.resolve("in " + name));
            Files.writeString(r.resolve("in " + name).resolve(name), text);
        }
    }

    private static void commit(Path r, String message) throws Exception {
        Bench.gitIn(r, "add", "-A");
        Bench.gitIn(r, "-c", "user.name=" + BIDI, "commit", "-q", "-m", message);
    }

    /** Runs a tool in the repository; what it says, or why it refuses, is one of the things said. */
    private void run(String tool, String arguments) throws Exception {
        com.fasterxml.jackson.databind.node.ObjectNode input =
                (com.fasterxml.jackson.databind.node.ObjectNode) Json.read(arguments.replace('\'', '"'));
        if (!tool.equals("search_repositories")) {
            input.put("repo", "r\nFORGED r");
        }
        said.add(tool + " " + arguments.replace("\n", "\\n"));
        try {
            for (Tool<?, ?> each : bench.tools()) {
                if (each.spec().name().equals(tool)) {
                    keep(each, input);
                }
            }
        } catch (ToolException e) {
            check(e.getMessage());
            assertThat(e.getMessage()).as(said.getLast()).doesNotContain("\n", "\t");
        }
    }

    private <I extends Record, O extends Record> void keep(Tool<I, O> tool, JsonNode input) throws Exception {
        O answer = tool.call(Schema.of(tool.spec().input()).bind(input), new FakeCall());
        if (answer instanceof HasContent content) {
            content.content().forEach(each -> {
                if (each instanceof Content.Text(String text)) {
                    check(text);
                }
            });
        }
        leaves(Json.tree(answer));
    }

    private void leaves(JsonNode node) {
        if (node.isTextual()) {
            check(node.asText());
        }
        node.forEach(this::leaves);
    }

    private void check(String text) {
        assertThat(text.lines())
                .as(said.getLast())
                .noneMatch(line -> line.strip().startsWith(FORGED));
        assertThat(text.codePoints().filter(HostileNamesTest::isHarmful).boxed())
                .as("%s: %s", said.getLast(), text)
                .isEmpty();
    }

    private static boolean isHarmful(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL -> c != '\n' && c != '\t';
            case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    private static String quoted(String text) {
        String json = Json.write(text);
        return json.substring(1, json.length() - 1);
    }

    @Test
    void forgeNothingInWhatToolsThatReadSay() throws Exception {
        for (String input : List.of("{}", "{'untracked': 'files', 'ignored': true}")) {
            run("git_status", input);
        }
        for (String mode : List.of("patch", "words", "stat", "names")) {
            for (String of : List.of("", ", 'staged': true", ", 'from': 'HEAD'", ", 'from': 'main', 'to': 'moved'")) {
                run("git_diff", "{'mode': '%s'%s}".formatted(mode, of));
            }
            run("git_show", "{'object': 'moved', 'mode': '%s'}".formatted(mode));
        }
        run("git_log", "{'all': true, 'stat': true, 'full': true}");
        run("git_log", "{'paths': ['%s'], 'follow': true, 'revs': ['moved']}".formatted(quoted(LINE)));
        run("git_show", "{'object': 't" + BRANCH + "'}");
        run("git_show", "{'object': 'HEAD', 'path': 'in -q'}");
        run("git_show", "{'object': 'HEAD:'}");
        run("git_show", "{'object': 'HEAD', 'path': '%s'}".formatted(quoted("none\nFORGED n")));
        for (String name : NAMES) {
            run("git_blame", "{'path': '%s'}".formatted(quoted(name)));
            run("git_blame", "{'path': '%s none'}".formatted(quoted(name)));
            run("git_blame", "{'path': '%s', 'startLine': 99}".formatted(quoted(name)));
            run("git_blame", "{'path': '../%s'}".formatted(quoted(name)));
        }
        run(
                "git_blame",
                "{'path': '%s', 'rev': 'moved', 'detectMoves': true}".formatted(quoted(LINE + " moved\nFORGED 0")));
        for (String kind : List.of("grep", "path", "pickaxe", "message")) {
            run("git_search", "{'query': 'o', 'kind': '%s'}".formatted(kind));
            run("git_search", "{'query': 'o', 'rev': 'main', 'kind': '%s'}".formatted(kind));
        }
        run("git_branch", "{}");
        run("git_tag", "{}");
        run("git_stash", "{}");
        run("git_stash", "{'action': 'show'}");
        run("git_remote", "{}");
        run("git_worktree", "{}");
        run("git_undo", "{}");
        run("git_maintain", "{'action': 'fsck'}");
        run("search_repositories", "{}");
        run("search_repositories", "{'content': 'changed'}");
        run("search_repositories", "{'content': 'main'}");
    }

    @Test
    void forgeNothingInWhatToolsThatChangeSay() throws Exception {
        run("git_switch", "{'target': 'other'}");
        run("git_switch", "{'restorePaths': ['%s']}".formatted(quoted("none\nFORGED n")));
        run("git_merge", "{'source': 'other'}");
        run("git_add", "{'paths': ['%s']}".formatted(quoted("ignored\nFORGED i")));
        run("git_add", "{'paths': ['%s']}".formatted(quoted("none\nFORGED n")));
        run("git_add", "{'hunks': [{'path': '%s', 'numbers': [7]}]}".formatted(quoted(LINE)));
        run("git_add", "{'all': true}");
        run("git_status", "{}");
        run("git_undo", "{}");
        run("git_commit", "{'message': '%s'}".formatted(quoted(ESCAPE)));
        run("git_merge", "{'source': 'other', 'dryRun': true}");
        run("git_merge", "{'source': 'other'}");
        run("git_status", "{}");
        run("git_diff", "{}");
        run("git_commit", "{'message': 'm'}");
        run("git_switch", "{'target': 'moved'}");
        run("git_conflicts", "{}");
        run("git_conflicts", "{'paths': ['%s'], 'resolve': 'ours'}".formatted(quoted("none\nFORGED n")));
        run("git_conflicts", "{'paths': ['%s'], 'resolve': 'ours'}".formatted(quoted(LINE)));
        run("git_merge", "{'action': 'abort'}");
        run("git_cherry_pick", "{'commits': ['other']}");
        run("git_cherry_pick", "{'action': 'abort'}");
        run("git_switch", "{'create': 'work'}");
        run("git_rebase", "{'upstream': 'moved'}");
        run("git_rebase", "{'action': 'abort'}");
        run("git_stash", "{'action': 'apply'}");
        run("git_reset", "{'mode': 'hard'}");
        run("git_stash", "{'action': 'pop'}");
        run("git_worktree", "{'action': 'add', 'path': '%s'}".formatted(quoted("tree\nFORGED t")));
        run(
                "git_worktree",
                "{'action': 'lock', 'path': '%s', 'reason': '%s'}".formatted(quoted("tree\nFORGED t"), quoted(LINE)));
        run("git_worktree", "{'action': 'remove', 'path': '%s'}".formatted(quoted("tree\nFORGED t")));
        run("git_branch", "{'action': 'delete', 'name': '%s'}".formatted(BRANCH));
        run("git_fetch", "{}");
        run("git_push", "{'refspecs': ['main:new']}");
        run("git_undo", "{}");
        run("git_undo", "{'steps': 3}");
    }
}
