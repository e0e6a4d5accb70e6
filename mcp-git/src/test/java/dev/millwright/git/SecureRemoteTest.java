package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.git.config.GitConfig;
import dev.millwright.git.config.RemoteHost;
import dev.millwright.tool.ToolException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecureRemoteTest {
    @TempDir
    Path temporary;

    private Path certificate;
    private GitWebServer web;
    private Bench bench;

    @BeforeEach
    void start() throws Exception {
        Path server = Files.createDirectories(temporary.resolve("server"));
        certificate = temporary.resolve("server.pem");
        web = GitWebServer.secure(server, certificate);
        Bench.gitIn(server, "init", "-q", "-b", "main", "work");
        Bench.gitIn(server.resolve("work"), "commit", "-q", "--allow-empty", "-m", "one");
    }

    @AfterEach
    void stop() {
        bench.close();
        web.close();
    }

    private void open(RemoteHost host) throws IOException, InterruptedException {
        bench = new Bench(temporary, GitConfig.defaults(), Map.of(web.host(), host));
        bench.git("init", "-q", "-b", "main");
        bench.git("config", "remote.origin.url", web.url("work"));
        bench.git("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*");
    }

    @Test
    void fetchesFromAHostWhoseCertificateTheOperatorTrusts() throws Exception {
        open(Hosts.trusting(certificate));
        assertThat(bench.call("git_fetch", "{}").path("refs")).hasSize(1);
    }

    @Test
    void refusesACertificateThatNobodyVouchesForWhateverTheRepositorySays() throws Exception {
        open(Hosts.https());
        bench.git("config", "http.sslVerify", "false");
        bench.git("config", "http." + web.url("") + ".sslVerify", "false");
        bench.git("config", "http.sslCAInfo", certificate.toString());
        assertThat(bench.refused(Kind.DENIED, "git_fetch", "{}")).contains("certificate");
        assertThat(web.asked).isEmpty();
    }

    @Test
    void refusesACertificateOfAnotherName() throws Exception {
        bench = new Bench(
                temporary, GitConfig.defaults(), Map.of("127.0.0.1:" + web.port(), Hosts.trusting(certificate)));
        bench.git("init", "-q", "-b", "main");
        bench.git("config", "remote.origin.url", "https://127.0.0.1:" + web.port() + "/work");
        assertThat(bench.refused(Kind.DENIED, "git_fetch", "{}")).contains("certificate");
        assertThat(web.asked).isEmpty();
    }

    @Test
    void saysWhenTheFileOfCertificatesIsNone() throws Exception {
        open(Hosts.trusting(Files.writeString(temporary.resolve("not.pem"), "hello")));
        assertThat(bench.refused(Kind.UNAVAILABLE, "git_fetch", "{}")).contains("ca-file");
    }
}
