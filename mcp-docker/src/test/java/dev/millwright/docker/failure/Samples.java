package dev.millwright.docker.failure;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Outputs of failing steps as the tools write them, and the logs that builders make of them. */
final class Samples {
    /** @param code of the process; empty where the builder itself failed, then the output is its message */
    record Sample(FailureClass kind, String base, String instruction, Optional<Integer> code, List<String> output) {
        @Override
        public String toString() {
            return kind + " " + instruction;
        }

        String dockerfile() {
            return instruction.startsWith("FROM")
                    ? instruction + "\n"
                    : "FROM " + base + "\nWORKDIR /app\n" + instruction + "\n";
        }

        String command() {
            return instruction.replaceFirst("^RUN ", "");
        }
    }

    private Samples() {}

    static List<Sample> all() {
        return Stream.of("image", "packages", "node", "python", "languages", "system")
                .flatMap(name -> read(name).stream())
                .toList();
    }

    private static List<Sample> read(String name) {
        List<Sample> samples = new ArrayList<>();
        try (InputStream in = Samples.class.getResourceAsStream("/failures/" + name + ".txt")) {
            String[] head = {};
            List<String> output = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (line.matches("=== [A-Z0-9_]+ \\|.*")) {
                    add(samples, head, output);
                    head = line.substring(4).split(" \\| ?", -1);
                    output = new ArrayList<>();
                } else {
                    output.add(line);
                }
            }
            add(samples, head, output);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return samples;
    }

    private static void add(List<Sample> samples, String[] head, List<String> output) {
        if (head.length > 0) {
            String last = head[head.length - 1].strip();
            String instruction = String.join(" | ", List.of(head).subList(2, head.length - 1))
                    .strip();
            samples.add(new Sample(
                    FailureClass.valueOf(head[0].strip()),
                    head[1].strip(),
                    instruction,
                    last.equals("-") ? Optional.empty() : Optional.of(Integer.valueOf(last)),
                    List.copyOf(output)));
        }
    }

    static String legacy(Sample sample) {
        StringBuilder log = new StringBuilder("Sending build context to Docker daemon  3.072kB\r\r\n");
        log.append("Step 1/3 : FROM ").append(sample.base()).append("\n ---> 0123456789ab\nStep 2/3 : WORKDIR /app\n");
        log.append(" ---> Using cache\n ---> 1123456789ab\nStep 3/3 : ")
                .append(sample.instruction())
                .append('\n');
        sample.code().ifPresent(code -> log.append(" ---> Running in 89abcdef0123\n"));
        sample.output().forEach(line -> log.append("\u001b[91m").append(line).append("\u001b[0m\n"));
        sample.code()
                .ifPresent(code -> log.append("The command '/bin/sh -c ")
                        .append(sample.command())
                        .append("' returned a non-zero code: ")
                        .append(code)
                        .append('\n'));
        return log.toString();
    }

    static String buildkit(Sample sample) {
        StringBuilder log = new StringBuilder("""
                #1 [internal] load build definition from Dockerfile
                #1 transferring dockerfile: 123B done
                #1 DONE 0.0s
                #4 [1/3] FROM %s
                #4 CACHED
                """.formatted(sample.base()));
        log.append("#5 [3/3] ").append(sample.instruction()).append('\n');
        String error;
        if (sample.code().isPresent()) {
            for (int i = 0; i < sample.output().size(); i++) {
                log.append("#5 0.")
                        .append(100 + i)
                        .append(' ')
                        .append(sample.output().get(i))
                        .append('\n');
            }
            error = "process \"/bin/sh -c %s\" did not complete successfully: exit code: %d"
                    .formatted(sample.command(), sample.code().get());
        } else {
            error = String.join("\n", sample.output());
        }
        log.append("#5 ERROR: ")
                .append(error)
                .append("\n------\n > [3/3] ")
                .append(sample.instruction())
                .append(":\n");
        if (sample.code().isPresent()) {
            sample.output().stream()
                    .skip(Math.max(0, sample.output().size() - 10))
                    .forEach(line -> log.append("0.9 ").append(line).append('\n'));
        }
        log.append("------\nDockerfile:3\n--------------------\n   1 |     FROM x\n   3 | >>> ")
                .append(sample.instruction())
                .append("\n--------------------\nERROR: failed to solve: ")
                .append(error)
                .append('\n');
        return log.toString();
    }

    static String rawjson(Sample sample) {
        String digest = "sha256:" + "ab".repeat(32);
        List<String> lines = new ArrayList<>();
        ObjectNode begun = Json.object();
        begun.putArray("vertexes").addObject().put("digest", digest).put("name", "[3/3] " + sample.instruction());
        lines.add(begun.toString());
        if (sample.code().isPresent()) {
            ObjectNode said = Json.object();
            String text = String.join("\n", sample.output()) + "\n";
            said.putArray("logs")
                    .addObject()
                    .put("vertex", digest)
                    .put("stream", 2)
                    .put("data", Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
            lines.add(said.toString());
        }
        ObjectNode ended = Json.object();
        ended.putArray("vertexes")
                .addObject()
                .put("digest", digest)
                .put("name", "[3/3] " + sample.instruction())
                .put(
                        "error",
                        sample.code()
                                .map(code -> "process \"/bin/sh -c %s\" did not complete successfully: exit code: %d"
                                        .formatted(sample.command(), code))
                                .orElseGet(() -> String.join("\n", sample.output())));
        lines.add(ended.toString());
        return String.join("\n", lines) + "\n";
    }

    /** What a terminal's moving display leaves behind. */
    static String terminal(Sample sample) {
        StringBuilder log =
                new StringBuilder("\u001b[1A\u001b[1B\u001b[0G\u001b[?25l[+] Building 0.0s (0/1)\r\u001b[?25h"
                        + "[+] Building 3.1s (5/5) FINISHED\n => ERROR [3/3] " + sample.instruction()
                        + "   0.5s\n------\n > [3/3] "
                        + sample.instruction() + ":\n");
        if (sample.code().isPresent()) {
            sample.output().forEach(line -> log.append("0.412 ").append(line).append('\n'));
        }
        log.append("------\nfailed to solve: ");
        log.append(sample.code()
                .map(code -> "executor failed running [/bin/sh -c %s]: exit code: %d".formatted(sample.command(), code))
                .orElseGet(() -> String.join("\n", sample.output())));
        return log.append('\n').toString();
    }
}
