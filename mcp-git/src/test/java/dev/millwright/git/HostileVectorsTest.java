package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.git.Vectors.Vector;
import dev.millwright.json.Json;
import dev.millwright.tool.Effect;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every vector against every tool: nothing runs, nothing of the outside comes in, nothing goes out. */
@Timeout(120)
final class HostileVectorsTest {
    /** What the chain would call internal: the tool does not know why. */
    private static final String UNTYPED = "UNTYPED ";

    @TempDir
    private static Path temporary;

    private static Path root;
    private static Path base;
    private static Vectors vectors;
    private static Bench bench;
    private static final Recording RECORDING = new Recording();

    @BeforeAll
    static void aRepository() throws Exception {
        RECORDING.enable("jdk.ProcessStart").withStackTrace();
        RECORDING.start();
        root = Files.createDirectories(temporary.resolve("root"));
        Path outside = Files.createDirectories(temporary.resolve("outside"));
        Files.writeString(outside.resolve("f"), Bench.SECRET);
        vectors = new Vectors(root, outside);
        vectors.make();
        base = temporary.resolve("base");
        copy(root, base);
        bench = new Bench(temporary);
    }

    /** Whatever a tool started, even where it left no mark. */
    @AfterAll
    static void noToolStartedAProcess() throws Exception {
        Path recorded = temporary.resolve("recorded.jfr");
        bench.close();
        RECORDING.stop();
        RECORDING.dump(recorded);
        RECORDING.close();
        List<RecordedEvent> started = RecordingFile.readAllEvents(recorded).stream()
                .filter(event -> event.getEventType().getName().equals("jdk.ProcessStart"))
                .toList();
        assertThat(started).as("the native Git of these tests").isNotEmpty();
        assertThat(started)
                .filteredOn(event -> !isOfTheBench(event))
                .extracting(HostileVectorsTest::command)
                .isEmpty();
    }

    @BeforeEach
    void asItWas() throws Exception {
        empty(root);
        copy(base, root);
        Files.deleteIfExists(vectors.mark);
    }

    static Stream<String> names() {
        return Vectors.ALL.keySet().stream().sorted();
    }

    static Stream<String> provable() {
        return names().filter(name -> !Vectors.ALL.get(name).proof().isEmpty());
    }

    @Test
    void thereAreAsManyVectorsAsPromised() {
        assertThat(Vectors.ALL).hasSizeGreaterThanOrEqualTo(40);
    }

    @Test
    void everyToolIsTried() throws Exception {
        assertThat(Calls.INPUTS.keySet()).containsAll(bench.toolNames());
    }

    @Test
    void everyToolTakesItsInputWhereNothingIsHostile() throws Exception {
        List<String> odd = new ArrayList<>();
        run(new Vector(vectors -> {}, List.of()), (tool, input, outcome) -> {
            if (outcome.startsWith(UNTYPED) || outcome.startsWith("INTERNAL") || outcome.startsWith("INVALID_INPUT")) {
                odd.add(tool + " " + input + ": " + outcome);
            }
        });
        assertThat(odd).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("names")
    void runsNothingAndStaysInside(String name) throws Exception {
        List<String> fallen = new ArrayList<>();
        run(Vectors.ALL.get(name), (tool, input, outcome) -> {
            if (outcome.contains(Bench.SECRET) || outcome.startsWith(UNTYPED)) {
                fallen.add(tool + " " + input + ": " + outcome);
            }
        });
        assertThat(fallen).isEmpty();
    }

    /** Else a vector that is set up wrong would pass. */
    @ParameterizedTest
    @MethodSource("provable")
    void nativeGitFallsForIt(String name) throws Exception {
        Vector vector = Vectors.ALL.get(name);
        vector.setup().in(vectors);
        vectors.touch(!vector.proof().contains("merge"));
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(vector.proof());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(vectors.r.toFile())
                .redirectErrorStream(true)
                .redirectInput(new java.io.File("/dev/null"));
        builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
        builder.environment().putAll(java.util.Map.of("GIT_AUTHOR_NAME", "a", "GIT_AUTHOR_EMAIL", "a@b"));
        builder.environment().putAll(java.util.Map.of("GIT_COMMITTER_NAME", "a", "GIT_COMMITTER_EMAIL", "a@b"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertThat(vectors.mark).as(output).exists();
    }

    private interface Seen {
        void call(String tool, String input, String outcome) throws IOException;
    }

    private void run(Vector vector, Seen seen) throws Exception {
        Path fresh = Files.createTempDirectory(temporary, "fresh");
        vector.setup().in(vectors);
        copy(root, fresh);
        List<String> before = Vectors.state(vectors.outside);
        boolean touched = true;
        for (String tool : bench.toolNames()) {
            for (String input : Calls.INPUTS.getOrDefault(tool, List.of())) {
                boolean reads = bench.effect(tool) == Effect.READS;
                if (touched || !reads) {
                    empty(root);
                    copy(fresh, root);
                    touch(Calls.CLEAN.contains(tool));
                }
                touched = !reads;
                String outcome = outcome(tool, input.replace("{ROOT}", root.toString()));
                seen.call(tool, input, outcome);
                String what = tool + " " + input + ": " + outcome;
                assertThat(vectors.mark).as(what).doesNotExist();
                assertThat(Vectors.state(vectors.outside)).as(what).isEqualTo(before);
                if (!reads) {
                    assertThat(holdsSecret(root)).as(what).isFalse();
                }
            }
        }
    }

    /** The native Git of these tests; and the database driver asks {@code uname} what it runs on, once for a store. */
    private static boolean isOfTheBench(RecordedEvent started) {
        if (started.getStackTrace() == null) {
            // Too deep or too quick for the recorder: the command has to tell.
            return started.getString("command").startsWith("git ");
        }
        return started.getStackTrace().getFrames().stream()
                .anyMatch(frame -> frame.getMethod().getType().getName().startsWith("org.sqlite.")
                        || frame.getMethod().getName().equals("gitIn")
                        || frame.getMethod().getName().equals("nativeGitFallsForIt"));
    }

    private static String command(RecordedEvent started) {
        return started.getString("command") + " by " + started.getStackTrace();
    }

    /** Not through a link that a vector put there. */
    private static void touch(boolean clean) throws IOException {
        if (Files.isRegularFile(vectors.r.resolve("f.txt"), LinkOption.NOFOLLOW_LINKS)) {
            vectors.touch(!clean);
        }
    }

    private static String outcome(String tool, String input) throws Exception {
        try {
            return Json.write(bench.call(tool, input));
        } catch (ToolException e) {
            return e.kind() + ": " + e.getMessage();
        } catch (RuntimeException e) {
            return UNTYPED + e;
        }
    }

    private static boolean holdsSecret(Path root) throws Exception {
        String id = Vectors.idOf(Bench.SECRET);
        String object = "objects/" + id.substring(0, 2) + "/" + id.substring(2);
        try (var files = Files.walk(root)) {
            for (Path file : files.toList()) {
                if (file.endsWith(object)) {
                    return true;
                } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(Bench.SECRET)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void empty(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path at, java.io.IOException problem) throws IOException {
                if (!at.equals(folder)) {
                    Files.delete(at);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                if (file.equals(from) && Files.exists(to)) {
                    continue;
                }
                Files.copy(
                        file,
                        to.resolve(from.relativize(file)),
                        LinkOption.NOFOLLOW_LINKS,
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
