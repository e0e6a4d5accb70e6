package dev.millwright.git;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.git.config.GitConfig;
import dev.millwright.git.config.RemoteHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A bench whose remote is on a Git server over HTTP, and somebody else who works with the same remote. */
final class RemoteSite implements AutoCloseable {
    /** That the bench may reach. */
    final Map<String, RemoteHost> hosts = new HashMap<>();

    /** The remote repository, outside of the roots. */
    final Path shared;

    final GitWebServer web;
    private final Path temporary;
    private final Path work;
    private Bench bench;

    RemoteSite(Path temporary) throws IOException, InterruptedException {
        this.temporary = temporary;
        this.work = Files.createDirectories(temporary.resolve("work"));
        Path server = Files.createDirectories(temporary.resolve("server/team"));
        shared = server.resolve("app.git");
        web = new GitWebServer(server.getParent());
        hosts.put(web.host(), Hosts.http());
        bench = new Bench(temporary, GitConfig.defaults(), hosts);
        somebody("init", "-q", "-b", "main");
        commit("one");
        Bench.gitIn(temporary, "clone", "-q", "--bare", work.toString(), shared.toString());
        somebody("remote", "add", "origin", shared.toString());
        somebody("fetch", "-q");
    }

    Bench bench() {
        return bench;
    }

    /** The bench's own repository, at the root, with the remote {@code origin}. */
    RemoteSite withRepository() throws IOException, InterruptedException {
        bench.git("init", "-q", "-b", "main");
        origin(url());
        return this;
    }

    String url() {
        return web.url("team/app.git");
    }

    void origin(String url) throws IOException, InterruptedException {
        bench.git("config", "remote.origin.url", url);
        bench.git("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*");
    }

    /** The server starts again, and knows the host by this. */
    void reopen(RemoteHost host) throws IOException {
        bench.close();
        hosts.put(web.host(), host);
        bench = new Bench(temporary, GitConfig.defaults(), hosts);
    }

    /** The server starts again, with other settings. */
    void reopen(GitConfig config) throws IOException {
        bench.close();
        bench = new Bench(temporary, config, hosts);
    }

    /** Native Git where somebody else works. */
    String somebody(String... arguments) throws IOException, InterruptedException {
        return Bench.gitIn(work, arguments);
    }

    void commit(String name) throws IOException, InterruptedException {
        commit(name, (name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    void commit(String name, byte[] content) throws IOException, InterruptedException {
        Files.write(work.resolve(name), content);
        somebody("add", ".");
        somebody("commit", "-q", "-m", name);
    }

    void push(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("push", "-q", "origin"));
        all.addAll(List.of(arguments));
        somebody(all.toArray(String[]::new));
    }

    /** What a revision is here. */
    String here(String revision) throws IOException, InterruptedException {
        return bench.git("rev-parse", revision).strip();
    }

    /** What a revision is in the remote. */
    String there(String revision) throws IOException, InterruptedException {
        return Bench.gitIn(shared, "rev-parse", revision).strip();
    }

    /** A fetch's refs with what became of them, sorted. */
    static List<String> moved(JsonNode answer) {
        return answer.path("refs")
                .valueStream()
                .map(ref -> ref.path("ref").asText() + " " + ref.path("how").asText())
                .sorted()
                .toList();
    }

    @Override
    public void close() {
        bench.close();
        web.close();
    }
}
