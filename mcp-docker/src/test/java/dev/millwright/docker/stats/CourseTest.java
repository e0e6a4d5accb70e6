package dev.millwright.docker.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CourseTest {
    private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
    private static final long MIB = 1L << 20;

    /** As an engine on control groups of version 1 or 2 tells it. */
    private static ObjectNode told(int version, long cpu, long system, long usage, long inactive) {
        ObjectNode told = Json.object().put("read", "2026-11-20T10:00:00.000000001Z");
        ObjectNode cpuStats =
                told.putObject("cpu_stats").put("system_cpu_usage", system).put("online_cpus", 4);
        cpuStats.putObject("cpu_usage").put("total_usage", cpu);
        cpuStats.putObject("throttling_data").put("periods", 10).put("throttled_periods", 3);
        ObjectNode memory = told.putObject("memory_stats").put("usage", usage).put("limit", 512 * MIB);
        memory.putObject("stats").put(version == 1 ? "total_inactive_file" : "inactive_file", inactive);
        told.putObject("pids_stats").put("current", 7).put("limit", 64);
        told.putObject("networks").putObject("eth0").put("rx_bytes", 100).put("tx_bytes", 50);
        told.withObject("/networks").putObject("eth1").put("rx_bytes", 11).put("tx_bytes", 5);
        told.putObject("blkio_stats")
                .putArray("io_service_bytes_recursive")
                .add(Json.object().put("op", version == 1 ? "Read" : "read").put("value", 4096))
                .add(Json.object().put("op", version == 1 ? "Write" : "write").put("value", 512));
        return told;
    }

    /** The formulas of docker/cli v28 cli/command/container/stats_helpers.go, written down a second time. */
    @Test
    void tellsProcessorsAndMemoryAsTheCommandLineDoes() {
        Random random = new Random(5);
        for (int i = 0; i < 1_000; i++) {
            long cpu = random.nextLong(1L << 40);
            long system = cpu * 4 + random.nextLong(1L << 42);
            long cpuDelta = random.nextLong(1L << 32);
            long systemDelta = cpuDelta / 4 + 1 + random.nextLong(1L << 34);
            long usage = random.nextLong(1L << 34);
            long inactive = random.nextLong(1L << 34);
            Sample before =
                    Sample.of(told(1 + i % 2, cpu, system, usage, inactive)).orElseThrow();
            Sample after = Sample.of(told(1 + i % 2, cpu + cpuDelta, system + systemDelta, usage, inactive))
                    .orElseThrow();
            double percent = cpuDelta == 0 ? 0 : (double) cpuDelta / (double) systemDelta * 4 * 100.0;
            assertThat(after.cpuPercent(before)).isCloseTo(percent, within(percent * 1e-9));
            assertThat(after.memory()).isEqualTo(inactive < usage ? usage - inactive : usage);
        }
    }

    @Test
    void readsBothVersionsOfControlGroups() {
        for (int version : new int[] {1, 2}) {
            Sample sample = Sample.of(told(version, 1, 1, 100, 40)).orElseThrow();
            assertThat(sample)
                    .extracting(Sample::memory, Sample::received, Sample::sent, Sample::read, Sample::written)
                    .containsExactly(60L, 111L, 55L, 4096L, 512L);
            assertThat(sample)
                    .extracting(Sample::processes, Sample::processLimit)
                    .containsExactly(7L, 64L);
        }
    }

    @Test
    void takesAStoppedContainersEmptyAnswerForNone() {
        JsonNode empty = Json.object().put("read", "0001-01-01T00:00:00Z").set("memory_stats", Json.object());
        assertThat(Sample.of(empty)).isEmpty();
        assertThat(Sample.of(Json.object())).isEmpty();
    }

    private static Sample at(int second, long cpuMillis, long memory) {
        return new Sample(
                START.plusSeconds(second),
                cpuMillis * 1_000_000,
                second * 2_000_000_000L,
                2,
                second * 10L,
                second * 4L,
                memory,
                100 * MIB,
                second * 1000L,
                0,
                0,
                second * 500L,
                5,
                0);
    }

    @Test
    void tellsPercentilesThrottlingAndRates() {
        Course course = new Course(List.of(at(0, 0, 1), at(1, 100, 9), at(2, 1100, 5), at(3, 1300, 3)));
        assertThat(course.cpuPercent(0.5)).isCloseTo(20, within(1e-9));
        assertThat(course.cpuPercent(0.95)).isCloseTo(100, within(1e-9));
        assertThat(course.memory(1)).isEqualTo(9);
        assertThat(course.throttledPercent()).isCloseTo(40, within(1e-9));
        assertThat(course.perSecond(Sample::received)).isCloseTo(1000, within(1e-6));
    }

    @Test
    void seesMemoryGrowAndSaysWhenItMeetsItsLimit() {
        List<Sample> growing = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            growing.add(at(i * 10, i, 40 * MIB + i * MIB + (i % 2) * 20_000));
        }
        Course course = new Course(growing);
        assertThat(course.memoryPerMinute().orElseThrow()).isCloseTo(6 * MIB, within(0.05 * 6 * MIB));
        Standing standing = standing(100 * MIB);
        assertThat(Finding.minutesToLimit(standing, course).orElseThrow()).isCloseTo(55 / 6.0, within(0.5));
        assertThat(Finding.of(standing, Optional.of(course), Thresholds.USUAL)
                        .getFirst()
                        .text())
                .startsWith("memory grows by 6.0 MiB");
        assertThat(Limits.fitting(course)).isEmpty();
    }

    @Test
    void callsNoiseNoTrend() {
        Course course = new Course(List.of(at(0, 0, 50), at(1, 1, 90), at(2, 2, 40), at(3, 3, 95), at(4, 4, 60)));
        assertThat(course.memoryPerMinute()).isEmpty();
        assertThat(new Course(List.of(at(0, 0, 1), at(1, 1, 2))).memoryPerMinute())
                .isEmpty();
    }

    @Test
    void fitsLimitsToWhatIsNeededAndAThirdMore() {
        Course course = new Course(List.of(at(0, 0, 100 * MIB), at(1, 500, 90 * MIB), at(2, 900, 95 * MIB)));
        assertThat(Limits.of(course)).isEqualTo(new Limits(130 * MIB, 0.65));
        assertThat(Limits.of(course).options()).isEqualTo("--memory 130m --memory-swap 130m --cpus 0.65");
        Course idle = new Course(List.of(at(0, 0, 4096), at(1, 0, 4096)));
        assertThat(Limits.of(idle)).isEqualTo(new Limits(6 * MIB, 0.05));
    }

    @Test
    void findsTroubleWorstFirst() {
        Course course = new Course(List.of(at(0, 0, 95 * MIB), at(1, 100, 95 * MIB)));
        Standing standing = new Standing("id", "a", "running", 0, true, 2, "unhealthy", 100 * MIB, 0.1);
        List<Finding> found = Finding.of(standing, Optional.of(course), Thresholds.USUAL);
        assertThat(found.stream().map(Finding::severity)).isSorted();
        assertThat(found.stream().map(Finding::text))
                .contains(
                        "the kernel killed a process of it for memory (OOM)",
                        "its health check fails",
                        "memory is at 95 % of its limit",
                        "throttled in 40 % of its periods: its limit of 0.10 processors is too low",
                        "restarted 2 times by its policy");
        assertThat(Finding.of(
                        new Standing("id", "a", "exited", 0, false, 0, "none", 0, 0),
                        Optional.empty(),
                        Thresholds.USUAL))
                .isEmpty();
    }

    private static Standing standing(long limit) {
        return new Standing("id", "a", "running", 0, false, 0, "none", limit, 0);
    }
}
