package dev.millwright.k8s.fabric8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.api.ApiError;
import dev.millwright.mask.SecretText;
import dev.millwright.sandbox.Captured;
import dev.millwright.sandbox.Command;
import dev.millwright.sandbox.Limits;
import dev.millwright.sandbox.Receipt;
import dev.millwright.sandbox.Sandbox;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A login by a program that the kubeconfig names (client-go credential plugins, v1 and v1beta1): run without a shell and
 * without a terminal, its answer kept until a minute before it expires.
 */
final class ExecLogin implements Login {
    private static final Duration EARLY = Duration.ofSeconds(60);
    private static final int MOST_OUTPUT = 1 << 20;
    private static final int MOST_SAID = 400;
    private static final Set<String> VERSIONS =
            Set.of("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1");

    private final String user;
    private final JsonNode exec;
    private final JsonNode cluster;
    private final Sandbox sandbox;
    private final Duration patience;
    private final Clock clock;
    private Optional<Credential> kept = Optional.empty();
    private Instant until = Instant.MAX;

    /**
     * @param exec entry {@code users[].user.exec} of the kubeconfig
     * @param cluster entry of the cluster, told to programs that ask for it
     */
    ExecLogin(String user, JsonNode exec, JsonNode cluster, Sandbox sandbox, Duration patience, Clock clock) {
        this.user = user;
        this.exec = exec;
        this.cluster = cluster;
        this.sandbox = sandbox;
        this.patience = patience;
        this.clock = clock;
    }

    @Override
    public synchronized Credential now() {
        if (kept.isEmpty() || !clock.instant().isBefore(until)) {
            kept = Optional.of(run());
        }
        return kept.get();
    }

    @Override
    public synchronized boolean refused(Credential refused) {
        if (kept.isPresent() && kept.get().equals(refused)) {
            kept = Optional.empty();
        }
        return !now().equals(refused);
    }

    private Credential run() {
        String program = exec.path("command").asText("");
        String version = exec.path("apiVersion").asText("");
        if (program.isEmpty()) {
            throw error("its exec entry names no command");
        } else if (!VERSIONS.contains(version)) {
            throw error("%s speaks %s, which is not one of %s"
                    .formatted(
                            program,
                            version.isEmpty() ? "no apiVersion" : version,
                            String.join(", ", VERSIONS.stream().sorted().toList())));
        } else if (exec.path("interactiveMode").asText().equals("Always")) {
            throw error(
                    program + " wants a terminal (interactiveMode: Always), and a server has none: log in with it in a"
                            + " terminal, or use another user in the kubeconfig");
        }
        Receipt receipt = started(program, command(program, version));
        if (receipt.reason() == Receipt.Reason.TIMEOUT) {
            throw error("%s did not end within %d s%s".formatted(program, patience.toSeconds(), said(receipt)));
        } else if (receipt.exitCode() != 0) {
            throw error("%s ended with %d%s".formatted(program, receipt.exitCode(), said(receipt)));
        }
        return credential(program, version, receipt);
    }

    private Receipt started(String program, Command command) {
        try {
            return sandbox.run(command);
        } catch (ToolException e) {
            String hint = exec.path("installHint").asText("").strip();
            throw error(e.getMessage() + (hint.isEmpty() ? "" : "; " + clipped(hint)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw error(program + " was stopped, the call was cancelled or its time was up");
        }
    }

    private Command command(String program, String version) {
        List<String> argv = new ArrayList<>(List.of(program));
        exec.path("args").forEach(each -> argv.add(each.asText()));
        ObjectNode info = Json.object().put("apiVersion", version).put("kind", "ExecCredential");
        ObjectNode spec = info.putObject("spec").put("interactive", false);
        if (exec.path("provideClusterInfo").asBoolean()) {
            ObjectNode told = spec.putObject("cluster");
            for (String each : List.of(
                    "server",
                    "tls-server-name",
                    "insecure-skip-tls-verify",
                    "certificate-authority-data",
                    "proxy-url",
                    "disable-compression")) {
                if (cluster.has(each)) {
                    told.set(each, cluster.path(each));
                }
            }
            for (JsonNode each : cluster.path("extensions")) {
                if (each.path("name").asText().equals("client.authentication.k8s.io/exec")) {
                    told.set("config", each.path("extension"));
                }
            }
        }
        Command command = Command.of(argv)
                .limits(Limits.DEFAULT.wall(patience).outputBytes(MOST_OUTPUT))
                .env("KUBERNETES_EXEC_INFO", Json.write(info));
        for (JsonNode each : exec.path("env")) {
            command = command.env(each.path("name").asText(), each.path("value").asText());
        }
        return command;
    }

    private Credential credential(String program, String version, Receipt receipt) {
        JsonNode answer;
        try {
            byte[] out = bytes(receipt.stdout());
            answer = Json.read(out, 0, out.length);
        } catch (JsonProcessingException e) {
            throw error(program + " answered no JSON" + said(receipt));
        }
        if (!answer.path("kind").asText().equals("ExecCredential")
                || !answer.path("apiVersion").asText().equals(version)) {
            throw error("%s answered %s %s, expected ExecCredential %s"
                    .formatted(
                            program,
                            clipped(answer.path("kind").asText("nothing")),
                            clipped(answer.path("apiVersion").asText()),
                            version));
        }
        JsonNode status = answer.path("status");
        String token = status.path("token").asText("");
        String chain = status.path("clientCertificateData").asText("");
        String key = status.path("clientKeyData").asText("");
        if (token.isEmpty() && (chain.isEmpty() || key.isEmpty())) {
            throw error(program + " answered neither a token nor a certificate with its key" + said(receipt));
        }
        until = expiry(program, status.path("expirationTimestamp").asText(""));
        return new Credential(
                token.isEmpty() ? Optional.empty() : Optional.of("Bearer " + token),
                chain.isEmpty() || key.isEmpty() ? Optional.empty() : Optional.of(new Certificate(chain, key)));
    }

    private Instant expiry(String program, String written) {
        if (written.isEmpty()) {
            return Instant.MAX;
        }
        try {
            return OffsetDateTime.parse(written).toInstant().minus(EARLY);
        } catch (DateTimeException e) {
            throw error(program + " answered an expirationTimestamp that is no RFC 3339 time: " + clipped(written));
        }
    }

    /** What the program wrote to stderr, without secrets, where it wrote something. */
    private String said(Receipt receipt) {
        String text = new String(bytes(receipt.stderr()), StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? "" : ": " + clipped(SecretText.text(text));
    }

    private static byte[] bytes(Captured captured) {
        try {
            return captured.read(0, MOST_OUTPUT);
        } catch (IOException e) {
            throw new IllegalStateException("output without a spill folder is in memory", e);
        }
    }

    /** The end says what went wrong. */
    private static String clipped(String text) {
        return text.length() <= MOST_SAID ? text : "…" + text.substring(text.length() - MOST_SAID);
    }

    private ApiError error(String why) {
        return new ApiError(
                ApiError.UNREACHABLE, "Login", "log in as user " + user + " of the kubeconfig", why, Optional.empty());
    }
}
