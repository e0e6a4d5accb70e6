package dev.millwright.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.config.ConfigException;
import dev.millwright.config.Secret;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SecretsTest {
    private static Secret command(String... words) {
        return new Secret(Optional.empty(), Optional.empty(), Optional.of(List.of(words)));
    }

    private static void refuses(Secret secret, String message) {
        assertThatThrownBy(() -> Secrets.reveal(secret))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void runsACommandWithoutAShell() {
        assertThat(Secrets.reveal(command("printf", "%s\\n", "$HOME; id"))).isEqualTo("$HOME; id");
    }

    @Test
    void saysWhyACommandGaveNoSecret() {
        refuses(command("false"), "the secret's command false failed with exit code 1");
        refuses(command("no-such-command-here"), "cannot be run");
        refuses(command("true"), "is empty");
        refuses(command("head", "-c", "70000", "/dev/zero"), "printed more than 65536 bytes");
    }
}
