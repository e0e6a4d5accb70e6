package dev.millwright.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.stats.Sample;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class AnalyzeContainerStatsTest {
    private static final Map<String, Double> UNITS =
            Map.of("B", 1.0, "KiB", 1024.0, "MiB", 1048576.0, "GiB", 1073741824.0);

    @TempDir
    Path data;

    private final String prefix = "stats-" + UUID.randomUUID().toString().substring(0, 8) + "-";
    private final List<String> made = new ArrayList<>();
    private Docker docker;

    @BeforeEach
    void open() {
        docker = new Docker(data, RealEngine.reach("{'name-prefix':'" + prefix + "'}"));
    }

    @AfterEach
    void clean() {
        docker.close();
        List<String> words = new ArrayList<>(List.of("rm", "-f", "-v"));
        words.addAll(made);
        if (!made.isEmpty()) {
            RealEngine.docker(words.toArray(String[]::new));
        }
    }

    private String run(String name, List<String> options, String script) {
        List<String> words = new ArrayList<>(List.of("run", "-d", "--network", "none", "--name", prefix + name));
        words.addAll(options);
        words.addAll(List.of(RealEngine.BASE, "sh", "-c", script));
        made.add(prefix + name);
        RealEngine.docker(words.toArray(String[]::new));
        return prefix + name;
    }

    private JsonNode analyze(String arguments) throws Exception {
        return docker.call("analyze_container_stats", arguments);
    }

    @Test
    void tellsTheFiguresOfDockerStats() throws Exception {
        String steady =
                run("steady", List.of("--memory", "64m"), "x=$(head -c 9000000 /dev/zero | tr '\\0' a); sleep 100");
        Thread.sleep(1_500);
        JsonNode own =
                analyze("{'samples':2,'interval_ms':200}").path("containers").path(0);
        String[] told = RealEngine.docker("stats", "--no-stream", "--format", "{{.MemUsage}} / {{.PIDs}}", steady)
                .split(" / ");
        assertThat(own.path("memory").path("working_set").asDouble())
                .isCloseTo(bytes(told[0]), within(bytes(told[0]) * 0.01));
        assertThat(own.path("memory").path("limit").asDouble()).isCloseTo(bytes(told[1]), within(1.0));
        assertThat(own.path("pids").asText()).isEqualTo(told[2].strip());
        // One answer of the engine holds two samples, of which docker stats computes its percentage.
        run("busy", List.of("--cpus", "0.3"), "while :; do :; done");
        JsonNode both = RealEngine.engine()
                .json(Ask.get("/containers/{}/stats", prefix + "busy").with("stream", false));
        JsonNode cpu = both.path("cpu_stats");
        JsonNode before = both.path("precpu_stats");
        double percent = (cpu.path("cpu_usage").path("total_usage").asDouble()
                        - before.path("cpu_usage").path("total_usage").asDouble())
                / (cpu.path("system_cpu_usage").asDouble()
                        - before.path("system_cpu_usage").asDouble())
                * cpu.path("online_cpus").asDouble()
                * 100;
        Sample after = Sample.of(both).orElseThrow();
        Sample earlier = Sample.of(
                        ((com.fasterxml.jackson.databind.node.ObjectNode) both.deepCopy()).set("cpu_stats", before))
                .orElseThrow();
        assertThat(percent).isGreaterThan(1);
        assertThat(after.cpuPercent(earlier)).isCloseTo(percent, within(percent * 0.0001));
    }

    private static double bytes(String shown) {
        String text = shown.strip();
        int unit = 0;
        while (Character.isDigit(text.charAt(unit)) || text.charAt(unit) == '.') {
            unit++;
        }
        return Double.parseDouble(text.substring(0, unit)) * UNITS.get(text.substring(unit));
    }

    @Test
    void findsThrottlingAndAMemoryLimitThatComesNear() throws Exception {
        run("throttled", List.of("--cpus", "0.1", "--memory", "64m"), "while :; do :; done");
        run("idle", List.of("--memory", "64m", "--cpus", "0.5"), "sleep 100");
        JsonNode answer = analyze("{'samples':4,'interval_ms':500}");
        JsonNode first = answer.path("containers").path(0);
        assertThat(answer.path("summary").asText())
                .startsWith(
                        "2 containers over 4 samples of 500 ms, 1 in trouble: " + prefix + "throttled: throttled in");
        assertThat(first.path("name").asText()).isEqualTo(prefix + "throttled");
        assertThat(first.path("cpu").path("throttled_percent").asDouble()).isGreaterThan(25);
        assertThat(first.path("cpu").path("limit_cpus").asDouble()).isEqualTo(0.1);
        assertThat(first.path("cpu").path("p50").asDouble()).isBetween(2.0, 25.0);
        JsonNode idle = answer.path("containers").path(1);
        assertThat(idle.path("cpu").path("max").asDouble()).isLessThan(5);
        assertThat(idle.path("options").asText()).isEqualTo("--memory 6m --memory-swap 6m --cpus 0.05");
    }

    @Test
    void judgesByTheThresholdsAndTellsThePartsThatWereAsked() throws Exception {
        run("half", List.of("--memory", "64m", "--tmpfs", "/t"), "head -c 22000000 /dev/zero > /t/x; sleep 100");
        Thread.sleep(1_500);
        String usual = "'samples':2,'interval_ms':200";
        assertThat(analyze("{" + usual + "}")
                        .path("containers")
                        .path(0)
                        .path("findings")
                        .toString())
                .doesNotContain("memory is at");
        JsonNode asked = analyze("{" + usual
                + ",'include':['memory'],'recommend':false,'thresholds':{'memory_percent':20,'cpu_percent':500}}");
        JsonNode half = asked.path("containers").path(0);
        assertThat(asked.path("summary").asText()).contains("1 in trouble: " + prefix + "half: memory is at");
        assertThat(half.path("findings").path(0).asText()).startsWith("high: memory is at");
        assertThat(half.has("memory")).isTrue();
        assertThat(half.has("cpu") || half.has("io") || half.has("pids") || half.has("options"))
                .isFalse();
        assertThat(docker.refusal("analyze_container_stats", "{'thresholds':{'memory_percent':0}}"))
                .hasMessage("/thresholds/memory_percent must be more than 0, got 0.0");
        assertThat(docker.refusal("analyze_container_stats", "{'include':['disk']}"))
                .hasMessageContaining("/include/0 must be one of cpu, memory, io, pids");
    }

    @Test
    void tellsOfGrowthAndItsEnd() throws Exception {
        run(
                "growing",
                List.of("--memory", "64m", "--tmpfs", "/t"),
                "i=0; while [ $i -lt 200 ]; do i=$((i+1)); head -c 400000 /dev/zero > /t/$i; sleep 0.2; done");
        JsonNode grown =
                analyze("{'samples':8,'interval_ms':500}").path("containers").path(0);
        assertThat(grown.path("memory").path("bytes_per_minute").asDouble()).isGreaterThan(20_000_000);
        assertThat(grown.path("memory").path("minutes_to_limit").asDouble()).isBetween(0.05, 3.0);
        assertThat(grown.path("findings").toString()).contains("at its limit in");
        assertThat(grown.has("options")).isFalse();
    }

    @Test
    void saysOfAStoppedContainerWhatEndedItWithoutWaiting() throws Exception {
        String name = run("killed", List.of("--memory", "16m"), "x=$(head -c 60000000 /dev/zero | tr '\\0' a)");
        RealEngine.docker("wait", name);
        long began = System.nanoTime();
        JsonNode answer = analyze("{'containers':['" + name + "'],'samples':10,'interval_ms':5000}");
        assertThat(System.nanoTime() - began).isLessThan(10_000_000_000L);
        JsonNode one = answer.path("containers").path(0);
        assertThat(one.path("state").asText()).isEqualTo("exited");
        assertThat(one.path("oom_killed").asBoolean()).isTrue();
        assertThat(one.path("findings").path(0).asText())
                .isEqualTo("high: the kernel killed a process of it for memory (OOM)");
        assertThat(one.has("cpu")).isFalse();
    }

    @Test
    void leavesOutTheLeastImportantWhenThereIsNoRoom() throws Exception {
        for (int i = 0; i < 4; i++) {
            run("c" + i, List.of(), "sleep 100");
        }
        JsonNode answer = docker.call(
                "analyze_container_stats",
                Json.object().put("samples", 2).put("interval_ms", 100),
                new FakeCall(Tenant.DEFAULT, 400));
        assertThat(answer.toString().length()).isLessThan(1_700);
        assertThat(answer.path("containers").size() + answer.path("left_out").asInt())
                .isEqualTo(4);
        assertThat(answer.path("left_out").asInt()).isPositive();
    }

    @Test
    void seesNoContainerOfOthers() throws Exception {
        assertThat(analyze("{'samples':2,'interval_ms':100}").path("summary").asText())
                .isEqualTo("no container runs");
        assertThat(docker.refusal("analyze_container_stats", "{'containers':['other']}")
                        .kind())
                .isEqualTo(ToolException.Kind.NOT_FOUND);
        assertThat(docker.refusal("analyze_container_stats", "{'samples':120,'interval_ms':60000}"))
                .hasMessageContaining("/samples times /interval_ms must be at most 9 minutes");
    }
}
