package dev.millwright.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The packaged distribution, started as its users start it. */
final class Packaged {
    private static final int PATIENCE_SECONDS = 60;

    /** What a process that ended left behind. */
    record Ended(int code, String out, String err) {}

    private Packaged() {}

    /** Where {@code package} put it. */
    static Path home() {
        return Path.of(System.getProperty("millwright.package"));
    }

    static Path launcher() {
        return home().resolve("bin").resolve("millwright");
    }

    /** Runs it to its end with these words, in this folder as its home, with this on stdin. */
    static Ended run(Path folder, String in, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(launcher().toString()));
        command.addAll(List.of(words));
        return run(folder, in, Map.of(), command);
    }

    static Ended run(Path folder, String in, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path input = Files.writeString(Files.createTempFile(folder, "in", ""), in);
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(input.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        clean(builder, folder);
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " did not end: " + Files.readString(err));
        }
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** Starts it, with nothing to read. */
    static Process start(Path folder, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher().toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        clean(builder, folder);
        return builder.start();
    }

    /** Starts it and talks to it line by line. */
    static Talk talk(Path folder, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher().toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
        clean(builder, folder);
        return new Talk(builder.start());
    }

    /** Nothing of whoever runs the tests: neither their configuration nor their data. */
    private static void clean(ProcessBuilder builder, Path folder) {
        builder.environment()
                .keySet()
                .removeIf(
                        name -> name.startsWith("MILLWRIGHT_") || name.startsWith("XDG_") || name.equals("KUBECONFIG"));
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("XDG_CONFIG_HOME", folder.resolve("config").toString());
        builder.environment().put("XDG_DATA_HOME", folder.resolve("share").toString());
    }

    /** A conversation in JSON-RPC; whatever stdout says must be part of it. */
    static final class Talk implements AutoCloseable {
        private final Process process;
        private final BufferedReader reader;

        private Talk(Process process) {
            this.process = process;
            this.reader = process.inputReader(StandardCharsets.UTF_8);
        }

        void say(String line) {
            try {
                process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        JsonNode hear() throws IOException {
            String line = reader.readLine();
            assertThat(line).as("a line on stdout").isNotNull();
            return rpc(line);
        }

        JsonNode ask(int id, String method, ObjectNode params) throws IOException {
            say(Json.write(Json.object()
                    .put("jsonrpc", "2.0")
                    .put("id", id)
                    .put("method", method)
                    .set("params", params)));
            while (true) {
                JsonNode message = hear();
                if (message.path("id").asInt(-1) == id) {
                    return message;
                }
            }
        }

        /** Ends its input. @return the exit code */
        int end() throws IOException, InterruptedException {
            process.getOutputStream().close();
            try (Stream<String> rest = reader.lines()) {
                rest.forEach(Packaged::rpc);
            }
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** One line of stdout. */
    static JsonNode rpc(String line) {
        try {
            JsonNode message = Json.read(line);
            assertThat(message.path("jsonrpc").asText()).as(line).isEqualTo("2.0");
            return message;
        } catch (IOException e) {
            throw new AssertionError("stdout is not JSON-RPC: " + line, e);
        }
    }

    /** Parameters of the stateless era. */
    static ObjectNode stateless() {
        ObjectNode params = Json.object();
        params.putObject("_meta")
                .put("io.modelcontextprotocol/protocolVersion", "2026-07-28")
                .putObject("io.modelcontextprotocol/clientCapabilities");
        return params;
    }

    /** Parameters of a call in the stateless era. */
    static ObjectNode call(String tool, ObjectNode arguments) {
        return stateless().put("name", tool).set("arguments", arguments);
    }
}
