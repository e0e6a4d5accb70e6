package dev.millwright.docker.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.docker.RealEngine;
import dev.millwright.docker.engine.Ask;
import dev.millwright.docker.engine.Containers;
import dev.millwright.docker.engine.Engine;
import dev.millwright.docker.engine.Engines;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Containers of a real engine. */
final class EngineBackendTest extends SandboxContract {
    private final List<CompletableFuture<?>> removals = new ArrayList<>();
    private final Engine engine = RealEngine.engine();

    @Override
    Backend backend() {
        return backend(RealEngine.BASE);
    }

    private Backend backend(String image) {
        try {
            return new EngineBackend(
                    containers(), engine.json(Ask.get("/images/{}/json", image)), Host.of(engine), removals::add);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Containers containers() {
        return new Engines(
                        Map.of(
                                Tenant.DEFAULT,
                                RealEngine.reach("{'name-prefix':'dk-run-','label':'dev.millwright.test=dk-run'}")),
                        RealEngine.connector(Path.of("/nonexistent")))
                .containers(new FakeCall());
    }

    @Override
    Outcome.Reason memoryReason() {
        return Outcome.Reason.OOM;
    }

    /** The engine's machine is this one. */
    @Override
    List<String> leftOf(String word) {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains("sleep " + word))
                .toList();
    }

    @AfterEach
    void removesWhatItMade() throws Exception {
        removals.forEach(Throwaway::await);
        assertThat(RealEngine.docker("ps", "-aq", "--filter", "label=dev.millwright.test=dk-run"))
                .isEmpty();
        assertThat(RealEngine.docker("volume", "ls", "-q", "--filter", "name=dk-run-"))
                .isEmpty();
    }

    @Test
    void confinesByTheWholeProfile() throws Exception {
        ObjectNode image = (ObjectNode) engine.json(Ask.get("/images/{}/json", RealEngine.BASE));
        JsonNode config = Profile.of(Job.of(Bounds.DEFAULT, "true"), image, Host.of(engine));
        assertThat(config.toString())
                .contains(
                        "\"NetworkMode\":\"none\"",
                        "\"ReadonlyRootfs\":true",
                        "\"IpcMode\":\"none\"",
                        "\"CapDrop\":[\"ALL\"]")
                .contains("no-new-privileges", "seccomp=", "\"Type\":\"none\"", "\"Init\":true")
                .doesNotContain("Binds", "Devices", "docker.sock");
        Outcome outcome =
                sh("cat /proc/self/status; cat /proc/mounts; ulimit -a; id; ls /sys/class/net; hostname; ls /dev/shm");
        assertThat(outcome.stdout().text())
                .contains(
                        "uid=65534",
                        "CapEff:\t0000000000000000",
                        "CapBnd:\t0000000000000000",
                        "NoNewPrivs:\t1",
                        "Seccomp:\t2")
                .contains("sandbox\n")
                .doesNotContain("eth0", "/var/lib/docker/containers");
        assertThat(outcome.stderr().text()).contains("/dev/shm");
    }

    @Test
    void startsNoFileOfTheWorkFolderUnlessAsked() throws Exception {
        Job job = new Job(
                List.of("sh", "-c", "/work/program; cp /bin/busybox /tmp/b; /tmp/b true"),
                new byte[0],
                Map.of("program", bytes("#!/bin/sh\necho started\n")),
                List.of(),
                false,
                Bounds.DEFAULT);
        Outcome outcome = run(job);
        assertThat(outcome.stdout().text()).isEmpty();
        assertThat(outcome.stderr().text())
                .containsOnlyOnce("/work/program: Permission denied")
                .contains("/tmp/b: Permission denied");
    }

    @Test
    void tellsWhatALongerRunUsed() throws Exception {
        Outcome outcome = sh(
                "x=$(head -c 20000000 /dev/zero | tr '\\0' a); end=$(($(date +%s) + 3)); while [ $(date +%s) -lt $end ]; do :; done");
        assertThat(outcome.peakMemoryBytes().orElseThrow()).isBetween(10_000_000L, 256L << 20);
        assertThat(outcome.cpu().orElseThrow()).isGreaterThan(Duration.ofMillis(200));
    }

    /** What an image declares as a volume would be a folder of the host without a limit. */
    @Test
    void givesVolumesOfTheImageNoPlaceOnTheHost() throws Exception {
        String name = "millwright-test/dk-run-volume:1";
        String id = RealEngine.docker("create", "--label", "dev.millwright.test=dk-run-build", RealEngine.BASE)
                .strip();
        RealEngine.docker("commit", "-c", "VOLUME /data", "-c", "ENTRYPOINT [\"/bin/false\"]", id, name);
        RealEngine.docker("rm", id);
        try {
            Outcome outcome = backend(name)
                    .run(
                            Job.of(Bounds.DEFAULT.workBytes(8 << 20), "sh", "-c", "grep /data /proc/mounts"),
                            (stream, bytes, length) -> {});
            assertThat(outcome.stdout().text())
                    .startsWith("tmpfs /data tmpfs")
                    .contains("noexec")
                    .contains("size=8192k");
        } finally {
            removals.forEach(Throwaway::await);
            RealEngine.docker("rmi", name);
        }
    }

    @Test
    void removesWhatAKilledServerLeft() throws Exception {
        ObjectNode config = Json.object().put("Image", RealEngine.BASE);
        config.putObject("Labels").put(Leftovers.LABEL, "-10").put("dev.millwright.test", "dk-run");
        config.putArray("Cmd").add("sleep").add("600");
        Throwaway old = Throwaway.create(engine, "dk-run-old", config);
        old.start();
        config.withObject("/Labels").put(Leftovers.LABEL, "600");
        Throwaway young = Throwaway.create(engine, "dk-run-young", config);
        Throwaway.await(CompletableFuture.completedFuture(null));
        RealEngine.docker("volume", "create", "--label", Leftovers.LABEL + "=-10", "dk-run-old");
        Thread.sleep(1100);
        try {
            Leftovers.remove(engine);
            assertThat(RealEngine.docker("ps", "-a", "--format", "{{.Names}}").lines())
                    .contains("dk-run-young")
                    .doesNotContain("dk-run-old");
            assertThat(RealEngine.docker("volume", "ls", "-q").lines()).doesNotContain("dk-run-old");
        } finally {
            Throwaway.await(young.remove());
            Throwaway.await(old.remove());
        }
    }
}
