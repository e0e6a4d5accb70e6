package dev.millwright.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millwright.protocol.Offer;
import dev.millwright.store.Migrations;
import dev.millwright.store.Sql;
import dev.millwright.tool.Tenant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTablesTest {
    record Config() {}

    record Reach() {}

    private static final class KeepingServer implements McpServer<Config, Reach> {
        final List<Platform> platforms = new ArrayList<>();

        @Override
        public String name() {
            return "filesystem";
        }

        @Override
        public String summary() {
            return "Keeps words.";
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
        public List<Migrations> migrations() {
            return List.of(new Migrations("sample", 2));
        }

        @Override
        public Offer open(Config config, Map<Tenant, Reach> reach, Platform platform) {
            platforms.add(platform);
            return new Offer(name(), "", List.of(), Optional.empty(), List.of());
        }

        @Override
        public List<Check> doctor(Config config, Map<Tenant, Reach> reach, Platform platform) {
            return List.of();
        }
    }

    @TempDir
    Path folder;

    @Test
    void aServerFindsItsOwnTablesInTheStore() {
        KeepingServer server = new KeepingServer();
        Configuration configuration = Configuration.load(
                Optional.empty(),
                Map.of("XDG_CONFIG_HOME", folder.toString()),
                Map.of("data-dir", new TextNode(folder.resolve("data").toString())),
                List.of(server));
        try (Assembly assembly =
                new Assembly(configuration.settings(), List.of(server), "1", (operation, outcome, nanos) -> {})) {
            assembly.endpoint("test", List.of(server));
            List<String> words = server.platforms
                    .getFirst()
                    .store()
                    .read(c -> Sql.of("select word from sample").list(c, row -> row.getString(1)));
            assertThat(words).contains("any");
        }
    }
}
