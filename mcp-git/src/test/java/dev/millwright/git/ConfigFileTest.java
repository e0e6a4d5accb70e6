package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millwright.git.repo.ConfigFile;
import dev.millwright.git.repo.Repo;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.ToolException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The few keys we write, and the bytes we do not. */
final class ConfigFileTest {
    private static final String ODD = """
            # kept
            [core]
            \trepositoryformatversion = 0
              bare = false ; kept too
            [alias] x = "!echo \\"[remote \\\\\\"origin\\\\\\"]\\" # no comment"
            [remote "origin"]  url = https://example.invalid/a
            \tfetch = +refs/heads/*:refs/remotes/origin/*
            \tfetch = +refs/pull/*:refs/pull/*
            # before other
            [remote "other \\"quoted\\" \\\\ name"]
            \turl = one\\
            two
            [Branch "Main"]
            \tRemote = origin
            [branch.main]
            \tmerge = refs/heads/main""";

    @TempDir
    private Path temporary;

    private Bench bench;
    private Repo repo;
    private Path file;

    @BeforeEach
    void aRepository() throws Exception {
        bench = new Bench(temporary);
        bench.git("init", "-q", "-b", "main", ".");
        file = bench.root.resolve(".git/config");
        Files.writeString(file, ODD);
        repo = bench.repositories.open(new FakeCall(), Optional.empty());
    }

    @AfterEach
    void close() {
        repo.close();
        bench.close();
    }

    private List<String> listed() throws Exception {
        return bench.git("config", "--file", file.toString(), "-z", "--list")
                .lines()
                .toList();
    }

    private void sameAsGit(Runnable ours, String... git) throws Exception {
        Files.writeString(file, ODD);
        ours.run();
        String after = bench.git("config", "--file", file.toString(), "-z", "--list");
        Files.writeString(file, ODD);
        String[] command = new String[git.length + 3];
        System.arraycopy(git, 0, command, 3, git.length);
        command[0] = "config";
        command[1] = "--file";
        command[2] = file.toString();
        bench.git(command);
        assertThat(after).isEqualTo(bench.git("config", "--file", file.toString(), "-z", "--list"));
    }

    @Test
    void changesOneKeyAndNoOtherByte() throws Exception {
        new ConfigFile(repo).set("remote", "origin", "url", List.of("https://example.invalid/b"));
        assertThat(Files.readString(file))
                .isEqualTo(ODD.replace(
                        "[remote \"origin\"]  url = https://example.invalid/a",
                        "[remote \"origin\"]\n\turl = https://example.invalid/b"));
        assertThat(repo.git().getConfig().getString("remote", "origin", "url")).isEqualTo("https://example.invalid/b");
    }

    @Test
    void agreesWithGitOnEachKindOfChange() throws Exception {
        ConfigFile config = new ConfigFile(repo);
        sameAsGit(() -> config.set("core", "", "bare", List.of("true")), "core.bare", "true");
        sameAsGit(
                () -> config.set("remote", "origin", "fetch", List.of("x")),
                "--replace-all",
                "remote.origin.fetch",
                "x");
        sameAsGit(() -> config.set("remote", "origin", "fetch", List.of()), "--unset-all", "remote.origin.fetch");
        sameAsGit(() -> config.set("branch", "Main", "remote", List.of("x")), "branch.Main.remote", "x");
        sameAsGit(
                () -> config.set("branch", "new", "merge", List.of("a # b; \"c\" \\")),
                "branch.new.merge",
                "a # b; \"c\" \\");
        sameAsGit(() -> config.set("branch", "a\"b\\c é", "merge", List.of(" é ")), "branch.a\"b\\c é.merge", " é ");
        sameAsGit(() -> config.set("branch", "main", "merge", List.of("z")), "branch.main.merge", "z");
        sameAsGit(() -> config.remove("remote", "origin"), "--remove-section", "remote.origin");
        sameAsGit(
                () -> config.rename("remote", "other \"quoted\" \\ name", "plain"),
                "--rename-section",
                "remote.other \"quoted\" \\ name",
                "remote.plain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\r\n[core]\r\n\thooksPath = h", "x\n\tpager = y", "a\u0000b", "\u001b[2J", "a\u0085b"})
    void writesNoControlCharacter(String value) throws Exception {
        ConfigFile config = new ConfigFile(repo);
        for (Runnable write : List.<Runnable>of(
                () -> config.set("remote", "a", "url", List.of(value)),
                () -> config.set("remote", value, "url", List.of("x")),
                () -> config.rename("remote", "origin", value))) {
            assertThat(catchThrowableOfType(ToolException.class, write::run).kind())
                    .isEqualTo(ToolException.Kind.INVALID_INPUT);
        }
        assertThat(Files.readString(file)).isEqualTo(ODD);
    }

    @Test
    void keepsBytesThatAreNoText() throws Exception {
        byte[] odd = (ODD + "\n# \u00ff\u00fe\n").getBytes(StandardCharsets.ISO_8859_1);
        Files.write(file, odd);
        new ConfigFile(repo).set("branch", "x", "merge", List.of("y"));
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                .isEqualTo(new String(odd, StandardCharsets.ISO_8859_1) + "[branch \"x\"]\n\tmerge = y\n");
    }

    @Test
    void waitsForNobodyWhoHoldsTheLock() throws Exception {
        Files.createFile(bench.root.resolve(".git/config.lock"));
        ToolException refusal = catchThrowableOfType(
                ToolException.class, () -> new ConfigFile(repo).set("branch", "x", "merge", List.of("y")));
        assertThat(refusal.kind()).isEqualTo(ToolException.Kind.CONFLICT);
        assertThat(refusal).hasMessageContaining("config.lock");
        assertThat(Files.exists(bench.root.resolve(".git/config.lock"))).isTrue();
        assertThat(Files.readString(file)).isEqualTo(ODD);
    }

    @Test
    void leavesNothingBesideTheFile() throws Exception {
        new ConfigFile(repo).set("branch", "x", "merge", List.of("y"));
        assertThat(listed()).isNotEmpty();
        try (var files = Files.list(bench.root.resolve(".git"))) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("config.") || name.endsWith(".lock"));
        }
        assertThat(Files.getPosixFilePermissions(file))
                .hasToString(Files.getPosixFilePermissions(bench.root.resolve(".git/description"))
                        .toString());
    }
}
