package dev.millwright.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.k8s.diagnose.CauseId;
import dev.millwright.k8s.fix.CallBy;
import dev.millwright.k8s.rules.Rules;
import dev.millwright.k8s.status.Check;
import dev.millwright.k8s.stub.World;
import dev.millwright.tool.Tenant;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthCheckFullTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T14:30:00Z"), ZoneOffset.UTC);

    @TempDir
    Path temp;

    private World world;
    private HealthCheckFull check;

    @BeforeEach
    void open() {
        world = new World(temp).budget(1_200);
        check = new HealthCheckFull(world.clusters(), world.config(), CLOCK);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @CsvSource({
        "FINALIZER_STUCK,CONTROLPLANE",
        "NODE,NODES",
        "SCHED_TAINT,SCHEDULING",
        "PVC_CLASS,STORAGE",
        "SERVICE_TYPE,NETWORK",
        "HPA,SCALING",
        "CERTS,SECURITY",
        "CRASH_OOM,WORKLOADS",
        "PORT_CONFLICT_IN_POD,WORKLOADS"
    })
    void putsEachCauseUnderOneCheck(CauseId cause, Check expected) {
        assertThat(Check.of(cause)).isEqualTo(expected);
    }

    @Test
    void findsNothingInAHealthyNamespace() throws Exception {
        world.recorded("healthy");
        JsonNode answer = world.run(check, "{'namespaces':['healthy']}");
        assertThat(answer.path("score").asInt()).isEqualTo(100);
        assertThat(answer.path("findings")).isEmpty();
        assertThat(answer.path("verdict").asText()).isEqualTo("0 broken, 0 warnings; control plane ready");
    }

    @Test
    void countsWhatIsBroken() throws Exception {
        world.recorded("healthy").recorded("oom-killed").recorded("image-not-found");
        JsonNode answer = world.run(check, "{'namespaces':['healthy','oom-killed','image-not-found']}");
        assertThat(answer.path("score").asInt()).isLessThanOrEqualTo(80);
        assertThat(answer.path("findings").toString()).contains("crash.oom", "Deployment oom-killed/cache");
        assertThat(Json.size(answer)).isLessThanOrEqualTo(1_200 * 4);
    }

    @Test
    void looksOnlyAtTheChecksAskedFor() throws Exception {
        world.recorded("oom-killed");
        JsonNode answer = world.run(check, "{'namespaces':['oom-killed'],'checks':['storage']}");
        assertThat(answer.path("findings")).isEmpty();
        assertThat(answer.path("score").asInt()).isEqualTo(100);
    }

    @Test
    void saysThatTheControlPlaneIsNotReady() throws Exception {
        world.recorded("healthy");
        world.server().unready("etcd");
        JsonNode answer = world.run(check, "{'namespaces':['healthy']}");
        assertThat(answer.path("verdict").asText()).endsWith("control plane not ready: etcd");
        assertThat(answer.path("score").asInt()).isLessThanOrEqualTo(75);
    }

    @Test
    void saysWhatItDidNotLookAtInTime() throws Exception {
        world.recorded("oom-killed");
        Clock leaping = new Clock() {
            private Instant now = CLOCK.instant();

            @Override
            public Instant instant() {
                now = now.plus(Duration.ofSeconds(1));
                return now;
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        JsonNode answer = world.run(
                new HealthCheckFull(world.clusters(), world.config(), leaping),
                "{'namespaces':['oom-killed'],'deadline_ms':3000}");
        assertThat(answer.path("skipped")).isNotEmpty();
        assertThat(answer.at("/skipped/0").asText()).startsWith("oom-killed: ");
    }

    @Test
    void tellsHowFarItIs() throws Exception {
        world.recorded("healthy");
        CallBy call = new CallBy("somebody", Tenant.DEFAULT);
        check.call(Schema.of(HealthCheckFull.Input.class).bind(Json.read("{\"namespaces\":[\"healthy\"]}")), call);
        assertThat(call.progress).hasSize(Rules.ALL.size() + 1);
    }

    @Test
    void countsTheControlPlaneOnce() throws Exception {
        world.recorded("healthy");
        world.server().unready("etcd");
        JsonNode answer = world.run(check, "{'namespaces':['healthy']}");
        long named = 0;
        for (JsonNode each : answer.path("findings")) {
            named += each.path("id").asText().equals("controlplane") ? 1 : 0;
        }
        assertThat(answer.path("score").asInt()).as(answer.toString()).isEqualTo(75);
        assertThat(named).isLessThanOrEqualTo(1);
    }
}
