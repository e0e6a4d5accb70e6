package dev.millwright.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millwright.config.ConfigException;
import dev.millwright.config.Secret;
import dev.millwright.json.Doc;
import dev.millwright.protocol.Offer;
import dev.millwright.tool.Tenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server gets to know of the secrets in its configuration. */
class PlatformSecretsTest {
    record Config(@Doc("A token.") Secret token) {}

    record Reach() {}

    private static final class TokenServer implements McpServer<Config, Reach> {
        final List<Supplier<String>> tokens = new ArrayList<>();

        @Override
        public String name() {
            return "filesystem";
        }

        @Override
        public String summary() {
            return "Keeps a token.";
        }

        @Override
        public Class<Config> configType() {
            return Config.class;
        }

        @Override
        public Class<Reach> reachType() {
            return Reach.class;
        }

        @Override
        public Offer open(Config config, Map<Tenant, Reach> reach, Platform platform) {
            tokens.add(platform.secrets().apply(config.token()));
            return new Offer(name(), "", List.of(), Optional.empty(), List.of());
        }

        @Override
        public List<Check> doctor(Config config, Map<Tenant, Reach> reach, Platform platform) {
            return List.of();
        }
    }

    @TempDir
    Path folder;

    private Path file;
    private Supplier<String> token;

    @BeforeEach
    void open() throws IOException {
        file = Files.createFile(
                folder.resolve("token"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        TokenServer server = new TokenServer();
        Configuration configuration = Configuration.load(
                Optional.empty(),
                Map.of("XDG_CONFIG_HOME", folder.toString()),
                Map.of(
                        "data-dir", new TextNode(folder.resolve("data").toString()),
                        "servers.filesystem.token.file", new TextNode(file.toString())),
                List.of(server));
        try (Assembly assembly =
                new Assembly(configuration.settings(), List.of(server), "1", (operation, outcome, nanos) -> {})) {
            assembly.endpoint("test", List.of(server));
        }
        token = server.tokens.getFirst();
    }

    @Test
    void fetchesASecretAnewEachTime() throws IOException {
        Files.writeString(file, "first\n");
        assertThat(token.get()).isEqualTo("first");
        Files.writeString(file, "second\n");
        assertThat(token.get()).isEqualTo("second");
    }

    @Test
    void openingAServerFetchesNone() {
        assertThatThrownBy(token::get).isInstanceOf(ConfigException.class).hasMessageContaining("is empty");
    }
}
