package dev.millwright.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millwright.json.Json;
import dev.millwright.json.Mismatch;
import dev.millwright.json.Schema;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretTest {
    @TempDir
    Path directory;

    private static Secret env(String name) {
        return new Secret(Optional.of(name), Optional.empty(), Optional.empty());
    }

    private static Secret file(Path file) {
        return new Secret(Optional.empty(), Optional.of(file.toString()), Optional.empty());
    }

    private static Secret command(String... words) {
        return new Secret(Optional.empty(), Optional.empty(), Optional.of(List.of(words)));
    }

    private static SecretValue resolved(Secret secret, Map<String, String> environment) {
        return secret.resolve(environment, (words, patience, longest) -> {
            throw new AssertionError("no command is to be run");
        });
    }

    private Path written(String text, String mode) throws Exception {
        Path file = Files.writeString(directory.resolve("secret"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void comesFromTheEnvironment() {
        SecretValue value = resolved(env("TOKEN"), Map.of("TOKEN", "s3cr3t"));
        assertThat(value.reveal()).isEqualTo("s3cr3t");
        assertThat(value).hasToString("***");
        refuses(() -> resolved(env("TOKEN"), Map.of()), "environment variable TOKEN is not set");
        refuses(() -> resolved(env("TOKEN"), Map.of("TOKEN", "")), "environment variable TOKEN is empty");
    }

    @Test
    void comesFromAFileWithoutItsLineEnding() throws Exception {
        assertThat(resolved(file(written("s3cr3t \n", "rw-------")), Map.of()).reveal())
                .isEqualTo("s3cr3t ");
        assertThat(resolved(file(written("s3cr3t\r\n", "r--r-----")), Map.of()).reveal())
                .isEqualTo("s3cr3t");
    }

    @Test
    void refusesAFileThatEveryoneCanRead() throws Exception {
        Path file = written("s3cr3t", "rw-r--r--");
        refuses(() -> resolved(file(file), Map.of()), "can be read by everyone; run chmod 600 " + file);
        refuses(() -> resolved(file(directory.resolve("none")), Map.of()), "is not there");
        refuses(() -> resolved(file(written("x".repeat(70_000), "rw-------")), Map.of()), "longer than 65536 bytes");
    }

    @Test
    void comesFromACommand() {
        Secret.Commands echo =
                (words, patience, longest) -> (String.join("|", words) + "\n").getBytes(StandardCharsets.UTF_8);
        assertThat(command("pass", "show", "token").resolve(Map.of(), echo).reveal())
                .isEqualTo("pass|show|token");
    }

    @Test
    void needsExactlyOnePlace() {
        Schema<Secret> schema = Schema.of(Secret.class, Schema.Keys.KEBAB);
        assertThat(schema.bind(Json.object().put("env", "X"))).isEqualTo(env("X"));
        assertThatThrownBy(() -> schema.bind(Json.object()))
                .isInstanceOf(Mismatch.class)
                .hasMessage("a secret needs exactly one of env, file and command");
        assertThatThrownBy(() -> schema.bind(Json.object().put("env", "X").put("file", "y")))
                .isInstanceOf(Mismatch.class);
    }

    private interface Attempt {
        void run() throws Exception;
    }

    private static void refuses(Attempt attempt, String message) {
        assertThatThrownBy(attempt::run).isInstanceOf(ConfigException.class).hasMessageContaining(message);
    }
}
