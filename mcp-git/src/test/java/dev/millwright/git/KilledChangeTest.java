package dev.millwright.git;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.git.repo.Repo;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that changes a repository is killed at any moment. */
class KilledChangeTest {
    private static final int ROUNDS = Integer.getInteger("millwright.kills", 2);
    private static final int TOOL_ROUNDS = Integer.getInteger("millwright.tool-kills", 3);

    /** Milliseconds that a call lasts at most: short ones and long ones are hit. */
    private static final List<Integer> MOMENTS = List.of(60, 200, 500);

    private static final Set<String> NEW = Set.of("git_clone", "git_init");
    private static final long SEED = Long.getLong("millwright.seed", 5);

    @TempDir
    Path temporary;

    /** Works until it is killed; says how the repository is before and after each operation, and when it edits files. */
    static final class Worker {
        private Worker() {}

        public static void main(String[] arguments) throws Exception {
            try (Bench bench = new Bench(Path.of(arguments[0]))) {
                RandomWork work = new RandomWork(bench, Long.parseLong(arguments[1]));
                while (true) {
                    System.out.println("edits");
                    work.edit();
                    System.out.println("before " + hash(bench));
                    RandomWork.Op op = work.next();
                    try {
                        bench.run(op.tool(), op.arguments());
                    } catch (ToolException e) {
                        System.out.println(
                                "refused " + e.getMessage().lines().findFirst().orElse(""));
                    }
                    System.out.println("after " + hash(bench));
                }
            }
        }
    }

    /** Makes one call, of {@link UndoEveryToolTest}; says when it begins and its end. */
    static final class Caller {
        private Caller() {}

        public static void main(String[] arguments) throws Exception {
            UndoEveryToolTest.Scenario scenario = UndoEveryToolTest.all().get(Integer.parseInt(arguments[1]));
            try (Bench bench = new Bench(Path.of(arguments[0]))) {
                System.out.println("begins");
                JsonNode answer = bench.run(scenario.tool(), Json.read(scenario.input()));
                System.out.println("ended " + answer.get("opId").asText());
                TimeUnit.MINUTES.sleep(1);
            }
        }
    }

    private static String hash(Bench bench) throws IOException {
        return Integer.toHexString(World.of(bench).hashCode());
    }

    @Test
    void leavesNothingHalfDoneWhateverToolItWas() throws Exception {
        Random random = new Random(SEED);
        List<UndoEveryToolTest.Scenario> all = UndoEveryToolTest.all();
        int cut = 0;
        for (int round = 0; round < TOOL_ROUNDS; round++) {
            int number = TOOL_ROUNDS < all.size() ? random.nextInt(all.size()) : round % all.size();
            Path folder = Files.createDirectory(temporary.resolve("round" + round));
            UndoEveryToolTest.Scenario scenario = all.get(number);
            World before;
            try (Bench bench = new Bench(folder)) {
                UndoEveryToolTest.repository(bench);
                scenario.before().happens(bench);
                before = World.of(bench);
            }
            List<String> said =
                    killed(folder, Caller.class, String.valueOf(number), 1, random.nextInt(MOMENTS.get(round % 3)));
            String as = scenario.tool() + " " + scenario.input() + " in round " + round + " after " + said;
            try (Bench bench = new Bench(folder)) {
                recover(bench);
                settleNew(bench, scenario);
                bench.git("fsck", "--strict", "--no-dangling");
                bench.git("status");
                if (isNewAndEmpty(bench, scenario)) {
                    continue;
                }
                if (!World.of(bench).equals(before)) {
                    JsonNode latest = bench.call("git_undo", made(scenario)).at("/changes/0");
                    assertThat(latest.at("/state").asText()).as(as).isEqualTo("done");
                    bench.run(
                            "git_undo",
                            Json.object().put("opId", latest.at("/opId").asText()));
                } else {
                    cut++;
                }
                assertThat(World.of(bench)).as(as).isEqualTo(before);
                noLocks(bench, as);
            }
        }
        assertThat(cut).as("calls cut short").isPositive();
    }

    /** Where to look for what a scenario did. */
    private static String made(UndoEveryToolTest.Scenario scenario) throws IOException {
        JsonNode path = Json.read(scenario.input()).path("path");
        return NEW.contains(scenario.tool()) ? "{'repo': '" + path.asText() + "'}" : "{}";
    }

    /** A new repository that was cut short goes when somebody next would change it. */
    private static void settleNew(Bench bench, UndoEveryToolTest.Scenario scenario) throws Exception {
        if (isNew(bench, scenario)) {
            FakeCall call = new FakeCall();
            String path = Json.read(scenario.input()).path("path").asText();
            try (Repo repo = bench.repositories.open(call, Optional.of(path))) {
                bench.changes.run(call, repo, "git_test", change -> true);
            } catch (ToolException e) {
                assertThat(e.kind()).isEqualTo(ToolException.Kind.NOT_FOUND);
            }
        }
    }

    private static boolean isNew(Bench bench, UndoEveryToolTest.Scenario scenario) throws IOException {
        Path path = bench.root.resolve(Json.read(scenario.input()).path("path").asText());
        return NEW.contains(scenario.tool())
                && (Files.exists(path.resolve(".git")) || Files.exists(path.resolve("HEAD")));
    }

    /** Cut short before anything could be written down of it: an empty repository, as {@code git_init} makes it. */
    private static boolean isNewAndEmpty(Bench bench, UndoEveryToolTest.Scenario scenario) throws Exception {
        if (!isNew(bench, scenario)
                || !bench.call("git_undo", made(scenario)).at("/changes/1").isMissingNode()) {
            return false;
        }
        Path path = bench.root.resolve(Json.read(scenario.input()).path("path").asText());
        return Bench.gitIn(path, "for-each-ref").isEmpty()
                && bench.call("git_undo", made(scenario))
                        .at("/changes/0/tool")
                        .asText()
                        .equals("git_test");
    }

    private static void noLocks(Bench bench, String as) throws IOException {
        try (Stream<Path> all = Files.walk(bench.root)) {
            assertThat(all.filter(path -> path.toString().endsWith(".lock")
                                    || path.getFileName().toString().startsWith(".millwright-"))
                            .filter(path -> !path.getFileName().toString().equals("millwright.lock")))
                    .as(as)
                    .isEmpty();
        }
    }

    @Test
    void leavesARepositoryThatTheNextChangePutsInOrder() throws Exception {
        Random random = new Random(SEED);
        try (Bench bench = new Bench(temporary)) {
            RandomWork.begin(bench);
        }
        for (int round = 0; round < ROUNDS; round++) {
            List<String> said =
                    killed(temporary, Worker.class, String.valueOf(random.nextLong()), 3, random.nextInt(400));
            bench(said);
        }
    }

    private void bench(List<String> said) throws Exception {
        try (Bench bench = new Bench(temporary)) {
            recover(bench);
            bench.git("fsck", "--strict", "--no-dangling");
            bench.git("status");
            noLocks(bench, "after " + said);
            String last = said.getLast();
            if (last.startsWith("before ")) {
                String before = last.substring("before ".length());
                if (!hash(bench).equals(before)) {
                    bench.run("git_undo", Json.object().put("steps", 2));
                }
                assertThat(hash(bench)).as("after %s", said).isEqualTo(before);
            } else if (last.startsWith("after ")) {
                assertThat(hash(bench)).isEqualTo(last.substring("after ".length()));
            }
        }
    }

    /** As any change does first. */
    private static void recover(Bench bench) throws Exception {
        FakeCall call = new FakeCall();
        try (Repo repo = bench.repositories.open(call, Optional.empty())) {
            bench.changes.run(call, repo, "git_test", change -> true);
        }
    }

    /** Starts a program, waits until it said some lines and then some milliseconds, and kills it. @return its last lines */
    private static List<String> killed(Path folder, Class<?> program, String argument, int lines, int millis)
            throws IOException, InterruptedException {
        Path said = folder.resolve("said");
        Process worker = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        folder.toString(),
                        argument)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(said.toFile())
                .start();
        while (lines(said).size() < lines && worker.isAlive()) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
        TimeUnit.MILLISECONDS.sleep(millis);
        worker.destroyForcibly();
        assertThat(worker.waitFor()).as("%s %s", program, argument).isEqualTo(137);
        List<String> all = lines(said);
        return all.subList(Math.max(0, all.size() - 4), all.size());
    }

    private static List<String> lines(Path said) throws IOException {
        String all = Files.readString(said);
        return all.substring(0, all.lastIndexOf('\n') + 1).lines().toList();
    }
}
