package dev.millwright.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.server.Configuration;
import dev.millwright.server.McpServer;
import org.junit.jupiter.api.Test;

class ServersTest {
    @Test
    void areTheOnesThatConfigurationsMayName() {
        assertThat(Servers.ALL).extracting(McpServer::name).isEqualTo(Configuration.SUITE);
    }
}
