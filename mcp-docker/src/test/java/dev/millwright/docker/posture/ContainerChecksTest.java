package dev.millwright.docker.posture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.docker.posture.Outcome.Verdict;
import dev.millwright.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerChecksTest {
    /** As the engine tells of one that is run with all that the benchmark asks for. */
    private static final String HARDENED = """
            {"Id":"4fa6","Image":"sha256:aa","Path":"/app/shop","Args":["serve"],"AppArmorProfile":"docker-default",
             "ProcessLabel":"system_u:system_r:container_t:s0:c1,c2","ExecIDs":null,"Created":"2026-11-30T00:00:00Z",
             "State":{"Status":"running","Health":{"Status":"healthy","FailingStreak":0}},
             "HostConfig":{"Binds":null,"NetworkMode":"shop","PortBindings":{"8080/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"}]},
               "RestartPolicy":{"Name":"on-failure","MaximumRetryCount":5},"CapAdd":["CAP_CHOWN"],"CapDrop":["ALL"],
               "IpcMode":"private","PidMode":"","UTSMode":"","UsernsMode":"","Privileged":false,"PublishAllPorts":false,
               "ReadonlyRootfs":true,"SecurityOpt":["no-new-privileges"],"CgroupParent":"","Memory":536870912,
               "NanoCpus":1000000000,"CpuShares":0,"CpuQuota":0,"CpusetCpus":"","Devices":[],"DeviceCgroupRules":null,
               "PidsLimit":100,"Ulimits":[{"Name":"nofile","Soft":1024,"Hard":2048}]},
             "Mounts":[{"Type":"volume","Source":"/var/lib/docker/volumes/d/_data","Destination":"/data","RW":true,"Propagation":""},
               {"Type":"bind","Source":"/etc/localtime","Destination":"/etc/localtime","RW":false,"Propagation":"rprivate"}],
             "Config":{"Image":"shop@sha256:aa","User":"10001","Env":["PATH=/usr/bin","PORT=8080"],"Labels":{},
               "Healthcheck":{"Test":["CMD","/app/health"]},"ExposedPorts":{"8080/tcp":{}}},
             "NetworkSettings":{"Ports":{"8080/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"}]},"Networks":{"shop":{}}}}""";

    private static final String ENGINE = """
            {"Swarm":{"LocalNodeState":"inactive"},"SecurityOptions":["name=apparmor","name=selinux","name=seccomp,profile=default"]}""";

    private static JsonNode json(String text) {
        try {
            return Json.read(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The hardened one with one value put elsewhere: {@code /HostConfig/Privileged} and a JSON value. */
    private static JsonNode changed(String pointer, String value) {
        ObjectNode container = (ObjectNode) json(HARDENED);
        int slash = pointer.lastIndexOf('/');
        ((ObjectNode) container.at(pointer.substring(0, slash))).set(pointer.substring(slash + 1), json(value));
        return container;
    }

    private static ContainerFacts facts(JsonNode inspect) {
        return new ContainerFacts(
                inspect,
                Optional.of(json(ENGINE)),
                Optional.of(json("{'Config':{'ExposedPorts':{'8080/tcp':{}}}}")),
                List.of(),
                List.of("/app/shop serve"),
                Optional.of("sha256:aa"));
    }

    private static List<String> failed(ContainerFacts facts) {
        return Posture.of(facts).checks().stream()
                .filter(each -> each.verdict() == Verdict.FAIL)
                .map(Outcome::number)
                .toList();
    }

    @Test
    void findsNothingInAHardenedContainer() {
        Posture posture = Posture.of(facts(json(HARDENED)));

        assertThat(posture.all()).isEmpty();
        assertThat(posture.checks()).extracting(Outcome::verdict).containsOnly(Verdict.PASS);
        assertThat(posture.checks())
                .extracting(Outcome::number)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 32).mapToObj(i -> "5." + i).toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "5.2 | /AppArmorProfile | 'unconfined'",
                "5.2 | /AppArmorProfile | ''",
                "5.3 | /HostConfig/SecurityOpt | ['label:disable','no-new-privileges']",
                "5.3 | /ProcessLabel | ''",
                "5.4 | /HostConfig/CapAdd | ['NET_ADMIN']",
                "5.4 | /HostConfig/CapDrop | []",
                "5.6 | /Mounts | [{'Type':'bind','Source':'/','Destination':'/host','RW':false}]",
                "5.6 | /Mounts | [{'Type':'bind','Source':'/etc/cron.d','Destination':'/c','RW':true}]",
                "5.7 | /Path | '/usr/sbin/sshd'",
                "5.9 | /HostConfig/PublishAllPorts | true",
                "5.10 | /HostConfig/NetworkMode | 'host'",
                "5.11 | /HostConfig/Memory | 0",
                "5.12 | /HostConfig/NanoCpus | 0",
                "5.13 | /HostConfig/ReadonlyRootfs | false",
                "5.14 | /NetworkSettings/Ports | {'8080/tcp':[{'HostIp':'0.0.0.0','HostPort':'8080'}]}",
                "5.15 | /HostConfig/RestartPolicy | {'Name':'always','MaximumRetryCount':0}",
                "5.15 | /HostConfig/RestartPolicy | {'Name':'on-failure','MaximumRetryCount':0}",
                "5.15 | /HostConfig/RestartPolicy | {'Name':'on-failure','MaximumRetryCount':20}",
                "5.16 | /HostConfig/PidMode | 'host'",
                "5.17 | /HostConfig/IpcMode | 'host'",
                "5.18 | /HostConfig/Devices | [{'PathOnHost':'/dev/kvm','PathInContainer':'/dev/kvm'}]",
                "5.19 | /HostConfig/Ulimits | null",
                "5.20 | /Mounts | [{'Type':'bind','Source':'/srv/x','Destination':'/x','RW':true,'Propagation':'rshared'}]",
                "5.21 | /HostConfig/UTSMode | 'host'",
                "5.22 | /HostConfig/SecurityOpt | ['seccomp=unconfined','no-new-privileges:true']",
                "5.25 | /HostConfig/CgroupParent | '/user.slice/mine'",
                "5.26 | /HostConfig/SecurityOpt | []",
                "5.29 | /HostConfig/PidsLimit | null",
                "5.29 | /HostConfig/PidsLimit | -1",
                "5.30 | /HostConfig/NetworkMode | 'default'",
                "5.30 | /NetworkSettings/Networks | {'bridge':{}}",
                "5.31 | /HostConfig/UsernsMode | 'host'",
                "5.32 | /Mounts | [{'Type':'bind','Source':'/var/run/docker.sock','Destination':'/s','RW':false}]",
                "5.8 | /NetworkSettings/Ports | {'8080/tcp':[{'HostIp':'127.0.0.1','HostPort':'443'}]}",
                "5.9 | /NetworkSettings/Ports | {'9000/tcp':[{'HostIp':'127.0.0.1','HostPort':'9000'}]}"
            })
    void findsTheOneThingThatIsOtherwise(String number, String pointer, String value) {
        assertThat(failed(facts(changed(pointer, value)))).containsExactly(number);
    }

    @Test
    void findsAPrivilegedContainerWithAllThatFollows() {
        assertThat(failed(facts(changed("/HostConfig/Privileged", "true")))).containsExactly("5.4", "5.5", "5.22");
        assertThat(Posture.of(facts(changed("/HostConfig/Privileged", "true")))
                        .all()
                        .getFirst())
                .satisfies(worst -> {
                    assertThat(worst.check()).isEqualTo("CIS-5.5");
                    assertThat(worst.severity()).isEqualTo(Severity.CRITICAL);
                });
    }

    @Test
    void findsAContainerWithoutHealthCheck() {
        ObjectNode container = (ObjectNode) changed("/Config/Healthcheck", "{'Test':['NONE']}");
        ((ObjectNode) container.path("State")).remove("Health");

        assertThat(failed(facts(container))).containsExactly("5.27");
    }

    @Test
    void findsAnSshServerAmongItsProcesses() {
        ContainerFacts good = facts(json(HARDENED));
        assertThat(failed(new ContainerFacts(
                        good.inspect(),
                        good.engine(),
                        good.image(),
                        List.of(),
                        List.of("/app/shop", "sshd: /usr/sbin/sshd -D [listener]"),
                        good.newest())))
                .containsExactly("5.7");
    }

    @Test
    void findsASwarmThatIsNotNeeded() {
        ContainerFacts good = facts(json(HARDENED));
        Optional<JsonNode> swarm = Optional.of(json("{'Swarm':{'LocalNodeState':'active'}}"));
        JsonNode service = changed("/Config/Labels", "{'com.docker.swarm.service.id':'x'}");

        assertThat(failed(new ContainerFacts(good.inspect(), swarm, good.image(), List.of(), List.of(), good.newest())))
                .containsExactly("5.1");
        assertThat(failed(new ContainerFacts(service, swarm, good.image(), List.of(), List.of(), good.newest())))
                .isEmpty();
    }

    @Test
    void heedsWhatTheEngineDoesByItself() {
        ContainerFacts open = facts(changed("/HostConfig/SecurityOpt", "[]"));
        assertThat(failed(with(open, "['name=seccomp,profile=default','name=no-new-privileges']")))
                .isEmpty();
        assertThat(failed(with(open, "['name=seccomp,profile=unconfined']"))).containsExactly("5.22", "5.26");
        assertThat(failed(with(open, "[]"))).containsExactly("5.22", "5.26");
        ContainerFacts own = facts(changed("/HostConfig/SecurityOpt", "['seccomp={}','no-new-privileges']"));
        assertThat(failed(with(own, "[]"))).isEmpty();
    }

    private static ContainerFacts with(ContainerFacts facts, String options) {
        return new ContainerFacts(
                facts.inspect(),
                Optional.of(json("{'SecurityOptions':" + options + "}")),
                facts.image(),
                List.of(),
                List.of(),
                facts.newest());
    }

    @Test
    void knowsThatTheEngineGivesAProfileToWhatWasNeverStarted() {
        ObjectNode container = (ObjectNode) changed("/AppArmorProfile", "''");
        assertThat(failed(facts(container))).containsExactly("5.2");
        ((ObjectNode) container.path("State")).put("Status", "created");
        assertThat(failed(facts(container))).isEmpty();
    }

    @Test
    void findsCommandsRunByExecWithMoreRights() {
        ContainerFacts good = facts(changed("/ExecIDs", "['e1']"));
        assertThat(failed(withExec(good, "{'ProcessConfig':{'privileged':true,'user':'10001'}}")))
                .containsExactly("5.23");
        assertThat(failed(withExec(good, "{'ProcessConfig':{'privileged':false,'user':'root'}}")))
                .containsExactly("5.24");
        assertThat(failed(withExec(good, "{'ProcessConfig':{'privileged':false,'user':''}}")))
                .isEmpty();
    }

    private static ContainerFacts withExec(ContainerFacts good, String exec) {
        return new ContainerFacts(
                good.inspect(), good.engine(), good.image(), List.of(json(exec)), List.of(), good.newest());
    }

    @Test
    void findsAnImageThatIsNoLongerTheNewest() {
        ContainerFacts good = facts(json(HARDENED));
        assertThat(failed(new ContainerFacts(
                        good.inspect(), good.engine(), good.image(), List.of(), List.of(), Optional.of("sha256:bb"))))
                .containsExactly("5.28");
    }

    @Test
    void saysWhatCannotBeTold() {
        ObjectNode container = (ObjectNode) changed("/AppArmorProfile", "''");
        container.put("ProcessLabel", "").set("ExecIDs", json("['e1']"));

        assertThat(Posture.of(ContainerFacts.of(container)).checks())
                .filteredOn(each -> each.verdict() == Verdict.UNKNOWN)
                .extracting(Outcome::number)
                .containsExactly("5.1", "5.2", "5.3", "5.9", "5.22", "5.23", "5.24", "5.28");
    }

    @Test
    void findsRootAndSecretsInTheEnvironmentAndTellsNeverTheirValue() {
        ObjectNode container = (ObjectNode) changed("/Config/Env", "['DB_PASSWORD=hunter2hunter2']");
        ((ObjectNode) container.path("Config")).put("User", "0:0");

        Posture posture = Posture.of(facts(container));

        assertThat(posture.findings()).extracting(Finding::check).containsExactly("root-user");
        assertThat(posture.secrets()).extracting(Finding::check).containsExactly("secret-in-env");
        assertThat(posture.toString()).contains("DB_PASSWORD").doesNotContain("hunter2");
    }

    @Test
    void readsWhatAnEngineSaysOfAContainerWithNothingSet() {
        assertThat(Posture.of(ContainerFacts.of(json("{}"))).checks()).hasSize(32);
    }
}
