package dev.millwright.docker.posture;

import static dev.millwright.docker.posture.Severity.CRITICAL;
import static dev.millwright.docker.posture.Severity.HIGH;
import static dev.millwright.docker.posture.Severity.INFO;
import static dev.millwright.docker.posture.Severity.LOW;
import static dev.millwright.docker.posture.Severity.MEDIUM;

import dev.millwright.docker.posture.Rule.Answer;
import java.util.List;
import java.util.function.Function;

/** Section 5 of the CIS Docker Benchmark 1.6.0, container runtime: all 32 checks, in our words. */
final class ContainerRules {
    static final List<Rule<ContainerFacts>> RULES = List.of(
            rule("5.1", LOW, "Swarm mode is off where it is not needed", "docker swarm leave", ContainerChecks::swarm),
            rule(
                    "5.2",
                    MEDIUM,
                    "An AppArmor profile is on where the host has AppArmor",
                    "--security-opt apparmor=docker-default",
                    ContainerChecks::appArmor),
            rule(
                    "5.3",
                    MEDIUM,
                    "SELinux options are set where the host has SELinux",
                    "Leave out --security-opt label=disable; start the engine with --selinux-enabled",
                    ContainerChecks::seLinux),
            rule(
                    "5.4",
                    HIGH,
                    "Kernel capabilities are restricted",
                    "--cap-drop ALL, and --cap-add only what it needs",
                    ContainerChecks::capabilities),
            rule(
                    "5.5",
                    CRITICAL,
                    "No privileged containers",
                    "Leave out --privileged",
                    facts -> Answer.failIf(facts.host("Privileged").asBoolean(), "it is privileged")),
            rule(
                    "5.6",
                    HIGH,
                    "No sensitive folders of the host are mounted",
                    "Mount a named volume, or just the file that is needed, read-only",
                    ContainerChecks::hostFolders),
            rule("5.7", MEDIUM, "No SSH server runs inside", "Use docker exec instead", ContainerChecks::ssh),
            rule(
                    "5.8",
                    LOW,
                    "No privileged ports of the host lead in",
                    "Publish a port of 1024 or above, behind a proxy",
                    ContainerChecks::privilegedPorts),
            rule(
                    "5.9",
                    LOW,
                    "Only ports that are needed are open",
                    "Publish only ports that the image exposes, and not with -P",
                    ContainerChecks::neededPorts),
            rule(
                    "5.10",
                    HIGH,
                    "The host's network is not shared",
                    "Leave out --network host",
                    facts -> Answer.failIf(
                            ContainerChecks.mode(facts, "NetworkMode").equals("host"), "its network is the host's")),
            rule(
                    "5.11",
                    MEDIUM,
                    "Memory is limited",
                    "--memory 512m",
                    facts -> Answer.failIf(facts.host("Memory").asLong() <= 0, "it has no memory limit")),
            rule("5.12", LOW, "CPU use is bounded", "--cpus 1 or --cpu-shares 512", ContainerChecks::cpu),
            rule(
                    "5.13",
                    MEDIUM,
                    "The root file system is read-only",
                    "--read-only, with --tmpfs where it writes",
                    facts -> Answer.failIf(
                            !facts.host("ReadonlyRootfs").asBoolean(), "its root file system can be written")),
            rule(
                    "5.14",
                    MEDIUM,
                    "Published ports are bound to one address",
                    "-p 127.0.0.1:8080:8080",
                    ContainerChecks::boundToAll),
            rule(
                    "5.15",
                    LOW,
                    "Restarts on failure end after five",
                    "--restart on-failure:5",
                    ContainerChecks::restarts),
            rule(
                    "5.16",
                    HIGH,
                    "The host's processes are not shared",
                    "Leave out --pid host",
                    facts -> Answer.failIf(
                            ContainerChecks.mode(facts, "PidMode").equals("host"), "it sees the host's processes")),
            rule(
                    "5.17",
                    HIGH,
                    "The host's IPC is not shared",
                    "Leave out --ipc host",
                    facts -> Answer.failIf(
                            ContainerChecks.mode(facts, "IpcMode").equals("host"), "it shares the host's IPC")),
            rule("5.18", HIGH, "No devices of the host are exposed", "Leave out --device", ContainerChecks::devices),
            rule(
                    "5.19",
                    INFO,
                    "Default ulimits are overridden where needed",
                    "--ulimit nofile=1024:2048",
                    facts -> Answer.failIf(facts.host("Ulimits").isEmpty(), "it sets no ulimits")),
            rule(
                    "5.20",
                    HIGH,
                    "No mount is propagated to the host",
                    "Leave out bind-propagation=shared",
                    ContainerChecks::propagation),
            rule(
                    "5.21",
                    MEDIUM,
                    "The host's name is not shared",
                    "Leave out --uts host",
                    facts -> Answer.failIf(
                            ContainerChecks.mode(facts, "UTSMode").equals("host"), "it shares the host's name")),
            rule(
                    "5.22",
                    HIGH,
                    "The default seccomp profile is not off",
                    "Leave out --security-opt seccomp=unconfined, in the engine's configuration too",
                    ContainerChecks::seccomp),
            rule(
                    "5.23",
                    HIGH,
                    "No docker exec with --privileged",
                    "Leave out --privileged",
                    facts -> ContainerChecks.execs(
                            facts,
                            each -> each.path("ProcessConfig")
                                    .path("privileged")
                                    .asBoolean(),
                            "privileged")),
            rule(
                    "5.24",
                    MEDIUM,
                    "No docker exec with --user root",
                    "Leave out --user root",
                    facts -> ContainerChecks.execs(facts, ContainerChecks::isRoot, "as root")),
            rule("5.25", MEDIUM, "Its cgroup is the engine's", "Leave out --cgroup-parent", ContainerChecks::cgroup),
            rule(
                    "5.26",
                    HIGH,
                    "No new privileges can be gained",
                    "--security-opt no-new-privileges",
                    ContainerChecks::newPrivileges),
            rule(
                    "5.27",
                    LOW,
                    "Its health is checked",
                    "HEALTHCHECK in the Dockerfile, or --health-cmd",
                    ContainerChecks::health),
            rule(
                    "5.28",
                    LOW,
                    "It runs the newest image of its reference",
                    "Pull, and make it anew",
                    ContainerChecks::newest),
            rule(
                    "5.29",
                    MEDIUM,
                    "The number of processes is limited",
                    "--pids-limit 100",
                    facts -> Answer.failIf(facts.host("PidsLimit").asLong() <= 0, "it has no limit of processes")),
            rule(
                    "5.30",
                    LOW,
                    "The default bridge docker0 is not used",
                    "docker network create NAME; --network NAME",
                    ContainerChecks::bridge),
            rule(
                    "5.31",
                    MEDIUM,
                    "The host's user namespace is not shared",
                    "Leave out --userns host",
                    facts -> Answer.failIf(
                            ContainerChecks.mode(facts, "UsernsMode").equals("host"), "its users are the host's")),
            rule(
                    "5.32",
                    CRITICAL,
                    "No engine's socket is mounted",
                    "Do not mount it; use a proxy that allows what is needed",
                    ContainerChecks::socket));

    private ContainerRules() {}

    private static Rule<ContainerFacts> rule(
            String number, Severity severity, String title, String fix, Function<ContainerFacts, Answer> look) {
        return new Rule<>(number, severity, title, fix, look);
    }
}
