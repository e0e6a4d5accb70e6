package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.config.ConfigException;
import dev.millwright.config.Secret;
import dev.millwright.git.config.CodeHost;
import dev.millwright.git.config.GitReach;
import dev.millwright.git.config.RemoteHost;
import dev.millwright.server.McpServer.Check;
import dev.millwright.tool.Tenant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operator is told of the hosts, before anybody goes there. */
class HostsCheckTest {
    @TempDir
    Path temporary;

    private Path key;
    private Path known;

    @BeforeEach
    void aKey() throws Exception {
        key = temporary.resolve("key");
        GitShellServer.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
        known = Files.writeString(temporary.resolve("known"), "git.example.org " + Files.readString(publicKey()));
    }

    private Path publicKey() {
        return Path.of(key + ".pub");
    }

    private static Check only(Map<String, RemoteHost> hosts, Map<String, CodeHost> hosting) {
        GitReach reach = new GitReach(List.of(), Optional.empty(), Optional.empty(), hosts, hosting);
        List<Check> checks = new HostsCheck(Tenant.DEFAULT, reach, secret -> () -> {
                    if (!secret.env().equals(Optional.of("PASSWORD"))) {
                        throw new ConfigException("the secret in environment variable WRONG is not set");
                    }
                    return Bench.PASSWORD;
                })
                .all();
        assertThat(checks).hasSize(1);
        assertThat(checks.toString()).doesNotContain(Bench.PASSWORD);
        return checks.getFirst();
    }

    private static Check remote(RemoteHost host) {
        return only(Map.of("git.example.org", host), Map.of());
    }

    private Check ssh(Optional<Path> file, Optional<Path> agent, Optional<Path> knownHosts) {
        return remote(Hosts.ssh("git", file, Optional.empty(), agent, knownHosts));
    }

    private static void isMissing(Check check, String why) {
        assertThat(check.state()).isEqualTo(Check.State.MISSING);
        assertThat(check.finding()).contains(why);
        assertThat(check.remedy()).contains("tenants.default.reach.git.hosts.git.example.org");
    }

    private static void isReady(Check check, String finding) {
        assertThat(check).isEqualTo(Check.ok("tenant default, host git.example.org", finding));
    }

    @Test
    void findsAHostReady() {
        isReady(
                ssh(Optional.of(key), Optional.empty(), Optional.of(known)),
                "https without a password; ssh with a key");
        isReady(remote(Hosts.basic("PASSWORD")), "http and https with a password");
    }

    @Test
    void namesWhatIsWrongWithTheFilesForSsh() throws Exception {
        isMissing(ssh(Optional.of(key), Optional.empty(), Optional.empty()), "has no known-hosts");
        isMissing(ssh(Optional.of(key), Optional.empty(), Optional.of(temporary.resolve("none"))), "known-hosts");
        Path other = Files.writeString(temporary.resolve("other"), "example.com " + Files.readString(publicKey()));
        isMissing(ssh(Optional.of(key), Optional.empty(), Optional.of(other)), "has no key of it");
        isMissing(ssh(Optional.empty(), Optional.of(temporary.resolve("none")), Optional.of(known)), "agent");
        isMissing(ssh(Optional.of(publicKey()), Optional.empty(), Optional.of(known)), "key file");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        isMissing(ssh(Optional.of(key), Optional.empty(), Optional.of(known)), "chmod 600");
    }

    @Test
    void namesASecretAndAFileOfCertificatesThatCannotBeHad() throws Exception {
        isMissing(remote(Hosts.basic("WRONG")), "environment variable WRONG is not set");
        isMissing(remote(Hosts.trusting(Files.writeString(temporary.resolve("empty"), ""))), "ca-file");
    }

    @Test
    void looksAtCodeHostsToo() {
        assertThat(only(Map.of(), Map.of("github", github("PASSWORD"))).finding())
                .isEqualTo("https://api.github.com with a token");
        Check check = only(Map.of(), Map.of("github", github("WRONG")));
        assertThat(check.state()).isEqualTo(Check.State.MISSING);
        assertThat(check.remedy()).contains("hosting.github");
    }

    private static CodeHost github(String variable) {
        Secret token = new Secret(Optional.of(variable), Optional.empty(), Optional.empty());
        return new CodeHost(CodeHost.Kind.GITHUB, Optional.empty(), Optional.of(token));
    }
}
