package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.git.config.GitConfig;
import dev.millwright.git.config.RemoteHost;
import dev.millwright.tool.ToolException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShellRemoteTest {
    private static final String USER = System.getProperty("user.name");

    @TempDir
    static Path shared;

    private static GitShellServer ssh;
    private static Path server;

    @TempDir
    Path temporary;

    private Bench bench;

    @BeforeAll
    static void start() throws Exception {
        ssh = new GitShellServer(shared.resolve("ssh"));
        Path work = Files.createDirectories(shared.resolve("work"));
        Bench.gitIn(work, "init", "-q", "-b", "main");
        Files.writeString(work.resolve("one"), "one\n");
        Bench.gitIn(work, "add", ".");
        Bench.gitIn(work, "commit", "-q", "-m", "one");
        server = shared.resolve("it's a b.git");
        Bench.gitIn(shared, "clone", "-q", "--bare", work.toString(), server.toString());
    }

    @AfterAll
    static void stop() throws Exception {
        ssh.close();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void open(RemoteHost host) throws IOException, InterruptedException {
        bench = new Bench(temporary, GitConfig.defaults(), Map.of(ssh.host(), host));
        bench.git("init", "-q", "-b", "main");
        bench.git("config", "remote.origin.url", ssh.url(server).replace(" ", "%20"));
        bench.git("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*");
    }

    private static RemoteHost host(String key, Optional<String> passphrase, Path known) {
        return Hosts.ssh(USER, Optional.of(ssh.key(key)), passphrase, Optional.empty(), Optional.of(known));
    }

    private void fetches() throws Exception {
        assertThat(bench.call("git_fetch", "{}").path("refs")).hasSize(1);
        bench.git("fsck", "--strict");
    }

    @Test
    void fetchesWithAKey() throws Exception {
        open(host("user", Optional.empty(), ssh.known()));
        fetches();
    }

    @Test
    void clonesAndPushes() throws Exception {
        open(host("user", Optional.empty(), ssh.known()));
        String url = ssh.url(server).replace(" ", "%20");
        bench.call("git_clone", "{'url': '%s', 'path': 'new'}".formatted(url.replace("'", "%27")));
        Path mine = bench.root.resolve("new");
        Bench.gitIn(mine, "checkout", "-q", "-b", "topic", "--no-track");
        Bench.gitIn(mine, "commit", "-q", "--allow-empty", "-m", "two");
        assertThat(RemoteSite.moved(bench.call("git_push", "{'repo': 'new'}"))).containsExactly("refs/heads/topic new");
        assertThat(Bench.gitIn(server, "rev-parse", "topic")).isEqualTo(Bench.gitIn(mine, "rev-parse", "HEAD"));
        bench.call("git_push", "{'repo': 'new', 'refspecs': [':topic']}");
        assertThat(Bench.gitIn(server, "branch")).doesNotContain("topic");
    }

    @Test
    void fetchesWithAKeyThatHasAPassphrase() throws Exception {
        open(host("locked", Optional.of("PASSWORD"), ssh.known()));
        fetches();
    }

    @Test
    void fetchesWithTheKeyOfAnAgent() throws Exception {
        Path socket = Files.createDirectories(temporary.resolve("agent")).resolve("s");
        Process agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            for (int i = 0; i < 200 && !Files.exists(socket); i++) {
                Thread.sleep(25);
            }
            GitShellServer.run(
                    "env",
                    "SSH_AUTH_SOCK=" + socket,
                    "ssh-add",
                    "-q",
                    ssh.key("user").toString());
            open(Hosts.ssh(USER, Optional.empty(), Optional.empty(), Optional.of(socket), Optional.of(ssh.known())));
            fetches();
        } finally {
            agent.destroy();
            agent.waitFor();
        }
    }

    @Test
    void refusesAHostWhoseKeyIsUnknownAndTellsTheKey() throws Exception {
        Path none = Files.writeString(temporary.resolve("known"), "");
        open(host("user", Optional.empty(), none));
        String print = GitShellServer.run("ssh-keygen", "-l", "-f", ssh.key("host") + ".pub")
                .split(" ")[1];
        assertThat(bench.refused(Kind.DENIED, "git_fetch", "{}")).contains("is unknown", print);
        assertThat(none).isEmptyFile();
    }

    @Test
    void refusesAHostThatShowsAnotherKey() throws Exception {
        Path other = Files.writeString(
                temporary.resolve("known"),
                "[127.0.0.1]:" + ssh.port + " " + Files.readString(Path.of(ssh.key("stranger") + ".pub")));
        open(host("user", Optional.empty(), other));
        assertThat(bench.refused(Kind.DENIED, "git_fetch", "{}")).contains("another key than the one known");
    }

    @Test
    void refusesAHostWhoseKeyIsRevoked() throws Exception {
        Path known = Files.writeString(
                temporary.resolve("known"),
                Files.readString(ssh.known()) + "@revoked * " + Files.readString(Path.of(ssh.key("host") + ".pub")));
        open(host("user", Optional.empty(), known));
        assertThat(bench.refused(Kind.DENIED, "git_fetch", "{}")).contains("revoked");
    }

    @Test
    void knowsHostsByTheirHashToo() throws Exception {
        Path known = Files.copy(ssh.known(), temporary.resolve("known"));
        GitShellServer.run("ssh-keygen", "-H", "-f", known.toString());
        assertThat(Files.readString(known)).startsWith("|1|");
        open(host("user", Optional.empty(), known));
        fetches();
    }

    @Test
    void saysWhenTheKeyIsNotAccepted() throws Exception {
        open(host("stranger", Optional.empty(), ssh.known()));
        assertThat(bench.refused(Kind.DENIED, "git_fetch", "{}")).contains("does not accept the configured key");
    }

    @Test
    void saysWhatIsWrongWithTheKeyFile() throws Exception {
        open(host("locked", Optional.of("WRONG"), ssh.known()));
        assertThat(bench.refused(Kind.UNAVAILABLE, "git_fetch", "{}")).contains("passphrase is missing or wrong");
        bench.close();
        open(host("none", Optional.empty(), ssh.known()));
        bench.refused(Kind.UNAVAILABLE, "git_fetch", "{}");
        bench.close();
        Path open = Files.copy(ssh.key("user"), temporary.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        open(Hosts.ssh(USER, Optional.of(open), Optional.empty(), Optional.empty(), Optional.of(ssh.known())));
        assertThat(bench.refused(Kind.UNAVAILABLE, "git_fetch", "{}")).contains("chmod 600");
        bench.close();
        open(Hosts.ssh(USER, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(ssh.known())));
        assertThat(bench.refused(Kind.DENIED, "git_fetch", "{}")).contains("no SSH key");
    }

    @Test
    void saysWhenThereIsNoSuchRepository() throws Exception {
        open(host("user", Optional.empty(), ssh.known()));
        bench.git("config", "remote.origin.url", ssh.url(shared.resolve("none.git")));
        assertThat(bench.refused(Kind.NOT_FOUND, "git_fetch", "{}")).contains("no repository at");
    }
}
