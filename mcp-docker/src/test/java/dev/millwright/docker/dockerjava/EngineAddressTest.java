package dev.millwright.docker.dockerjava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.docker.RealEngine;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which engine is meant. */
class EngineAddressTest {
    @TempDir
    Path home;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void atHome() {
        environment.put("HOME", home.toString());
    }

    private Address address(String reach) {
        return new Addresses(environment).of(RealEngine.reachOf(reach));
    }

    private void context(String name, String host) throws Exception {
        String folder = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8)));
        Path meta =
                Files.createDirectories(home.resolve(".docker/contexts/meta").resolve(folder));
        Files.writeString(
                meta.resolve("meta.json"),
                "{\"Name\":\"%s\",\"Endpoints\":{\"docker\":{\"Host\":\"%s\"}}}".formatted(name, host));
        Files.createDirectories(
                home.resolve(".docker/contexts/tls").resolve(folder).resolve("docker"));
    }

    private void current(String name) throws IOException {
        Files.createDirectories(home.resolve(".docker"));
        Files.writeString(home.resolve(".docker/config.json"), "{\"currentContext\":\"%s\"}".formatted(name));
    }

    @Test
    void configurationComesBeforeTheEnvironment() throws Exception {
        context("far", "tcp://far.example.org:2376");
        current("far");
        environment.put("DOCKER_HOST", "tcp://env.example.org:2375");

        assertThat(address("{'host':'tcp://own.example.org:2375'}").host())
                .isEqualTo(URI.create("tcp://own.example.org:2375"));
        assertThat(address("{'context':'far'}").host()).isEqualTo(URI.create("tcp://far.example.org:2376"));
        assertThat(address("{}").host()).isEqualTo(URI.create("tcp://env.example.org:2375"));
        environment.remove("DOCKER_HOST");
        assertThat(address("{}").host()).isEqualTo(URI.create("tcp://far.example.org:2376"));
    }

    @Test
    void aContextBringsItsOwnCertificatesAndNoOtherPlaceGetsThem() throws Exception {
        context("far", "tcp://far.example.org:2376");
        current("far");

        assertThat(address("{}").certificates().orElseThrow()).startsWith(home.resolve(".docker/contexts/tls"));
        environment.put("DOCKER_HOST", "tcp://env.example.org:2375");
        assertThat(address("{}").certificates()).isEmpty();
        environment.put("DOCKER_TLS_VERIFY", "1");
        assertThat(address("{}").certificates()).contains(home.resolve(".docker"));
        environment.put("DOCKER_CERT_PATH", "/certs");
        assertThat(address("{}").certificates()).contains(Path.of("/certs"));
    }

    @Test
    void aContextThatIsNotThereIsAnError() throws Exception {
        current("misspelt");

        assertThatThrownBy(() -> address("{}"))
                .isInstanceOf(ToolException.class)
                .hasMessageContaining("the Docker context misspelt is not there");
        assertThatThrownBy(() -> address("{'context':'other'}")).hasMessageContaining("other is not there");
    }

    @Test
    void theDefaultContextIsTheUsualSocket() throws Exception {
        current("default");

        assertThat(address("{}").host()).isEqualTo(URI.create("unix:///var/run/docker.sock"));
    }

    @Test
    void refusesWhatIsNoAddress() {
        for (String bad : new String[] {"docker", "ftp://x", "unix://", "tcp://", "tcp:/x", "ssh://"}) {
            assertThatThrownBy(() -> address("{'host':'" + bad + "'}"))
                    .isInstanceOf(ToolException.class)
                    .hasMessageContaining("tenants.*.reach.docker.host must be like unix:///var/run/docker.sock");
        }
        assertThatThrownBy(() -> address("{'host':'tcp://a:1','context':'b'}"))
                .hasMessageContaining("give one of them");
    }
}
