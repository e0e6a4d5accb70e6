package dev.millwright.docker.posture;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.docker.posture.ContainerFacts.Mount;
import dev.millwright.docker.posture.ContainerFacts.Published;
import dev.millwright.docker.posture.Rule.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** How each of {@link ContainerRules} that is more than one comparison looks at a container. */
final class ContainerChecks {
    /** From the text of check 5.6, and what holds the engine's own state and root's keys. */
    private static final Set<String> HOST_FOLDERS =
            Set.of("/", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/sys", "/usr", "/root", "/var/lib/docker");

    /** Those that reach out of a container or read what is not its own: capabilities(7). */
    private static final Set<String> STRONG = Set.of(
            "ALL",
            "SYS_ADMIN",
            "NET_ADMIN",
            "SYS_PTRACE",
            "SYS_MODULE",
            "SYS_RAWIO",
            "DAC_READ_SEARCH",
            "SYS_BOOT",
            "SYS_TIME",
            "BPF",
            "PERFMON",
            "MAC_ADMIN",
            "MAC_OVERRIDE",
            "SYSLOG",
            "MKNOD",
            "LINUX_IMMUTABLE");

    private static final Pattern SSHD = Pattern.compile("(^|[/\\s])(sshd|dropbear)(:|\\s|$)");
    private static final Pattern SOCKET = Pattern.compile(
            ".*/(docker|containerd|podman|crio|buildkitd)\\.sock|/var/run|/run|/run/docker|/var/run/docker");

    private ContainerChecks() {}

    static String mode(ContainerFacts facts, String field) {
        return facts.host(field).asText();
    }

    static Answer swarm(ContainerFacts facts) {
        if (facts.config("Labels").has("com.docker.swarm.service.id")) {
            return Answer.pass(); // it is needed
        }
        return facts.engine()
                .map(engine -> Answer.failIf(
                        engine.path("Swarm").path("LocalNodeState").asText().equals("active"),
                        "the engine is part of a swarm, the container of no service"))
                .orElseGet(() -> Answer.unknown("the engine was not asked whether it is part of a swarm"));
    }

    private static boolean hostHas(JsonNode engine, String name) {
        return ContainerFacts.texts(engine.path("SecurityOptions")).stream()
                .anyMatch(each -> each.equals(name) || each.startsWith("name=" + name));
    }

    /** One that was never started; the engine gives it a profile when it is. */
    private static boolean isNew(ContainerFacts facts) {
        return facts.inspect().path("State").path("Status").asText().equals("created");
    }

    static Answer appArmor(ContainerFacts facts) {
        String profile = facts.inspect().path("AppArmorProfile").asText();
        if (profile.equals("unconfined") || facts.securityOptions().contains("apparmor=unconfined")) {
            return Answer.fail("its AppArmor profile is off");
        } else if (!profile.isEmpty()
                || isNew(facts) && !facts.host("Privileged").asBoolean()) {
            return Answer.pass();
        }
        return facts.engine()
                .map(engine ->
                        Answer.failIf(hostHas(engine, "apparmor"), "the host has AppArmor, the container no profile"))
                .orElseGet(() -> Answer.unknown("the engine was not asked whether its host has AppArmor"));
    }

    /** The engine's own default counts where the container names no profile. */
    static Answer seccomp(ContainerFacts facts) {
        boolean named = facts.securityOptions().stream().anyMatch(each -> each.startsWith("seccomp="));
        if (facts.securityOptions().contains("seccomp=unconfined")
                || facts.host("Privileged").asBoolean()) {
            return Answer.fail("no system call is filtered");
        } else if (named) {
            return Answer.pass();
        }
        return facts.engine()
                .filter(engine -> engine.path("SecurityOptions").isArray())
                .map(engine -> Answer.failIf(
                        !hostHas(engine, "seccomp") || hostHas(engine, "seccomp,profile=unconfined"),
                        "the engine filters no system call"))
                .orElseGet(() -> Answer.unknown("the engine was not asked whether it filters system calls"));
    }

    static Answer seLinux(ContainerFacts facts) {
        if (facts.securityOptions().contains("label=disable")) {
            return Answer.fail("its SELinux label is off");
        } else if (!facts.inspect().path("ProcessLabel").asText().isEmpty()
                || facts.securityOptions().stream().anyMatch(each -> each.startsWith("label="))) {
            return Answer.pass();
        }
        return facts.engine()
                .map(engine ->
                        Answer.failIf(hostHas(engine, "selinux"), "the host has SELinux, the container no label"))
                .orElseGet(() -> Answer.unknown("the engine was not asked whether its host has SELinux"));
    }

    static Answer capabilities(ContainerFacts facts) {
        List<String> added = ContainerFacts.texts(facts.host("CapAdd")).stream()
                .map(each -> each.toUpperCase(Locale.ROOT).replaceFirst("^CAP_", ""))
                .toList();
        boolean dropped = ContainerFacts.texts(facts.host("CapDrop")).stream().anyMatch("ALL"::equalsIgnoreCase);
        if (facts.host("Privileged").asBoolean()) {
            return Answer.fail("it is privileged and has all of them");
        }
        // After dropping all, adding back a weak one is what the benchmark recommends.
        return Answer.none(
                "added:",
                added.stream().filter(each -> !dropped || STRONG.contains(each)).toList());
    }

    static Answer hostFolders(ContainerFacts facts) {
        return Answer.none(
                "mounted:",
                facts.mounts().stream()
                        .filter(each -> each.type().equals("bind"))
                        .filter(each ->
                                HOST_FOLDERS.contains(each.source()) || each.writable() && isInside(each.source()))
                        .map(each -> each.source() + (each.writable() ? "" : " (read-only)"))
                        .toList());
    }

    private static boolean isInside(String source) {
        return HOST_FOLDERS.stream().anyMatch(each -> each.length() > 1 && source.startsWith(each + "/"));
    }

    static Answer ssh(ContainerFacts facts) {
        boolean started = SSHD.matcher(facts.command()).find();
        boolean runs =
                facts.processes().stream().anyMatch(each -> SSHD.matcher(each).find());
        return Answer.failIf(started || runs, "an SSH server runs in it");
    }

    static Answer privilegedPorts(ContainerFacts facts) {
        return Answer.none(
                "the host's ports",
                facts.published().stream()
                        .filter(each -> each.hostPort() > 0 && each.hostPort() < 1024)
                        .map(each -> Integer.toString(each.hostPort()))
                        .distinct()
                        .toList());
    }

    static Answer neededPorts(ContainerFacts facts) {
        if (facts.host("PublishAllPorts").asBoolean()) {
            return Answer.fail("all ports that the image exposes are published (-P)");
        } else if (facts.published().isEmpty()) {
            return Answer.pass();
        } else if (facts.image().isEmpty()) {
            return Answer.unknown("the image was not asked which ports it exposes");
        }
        JsonNode exposed = facts.image().get().path("Config").path("ExposedPorts");
        return Answer.none(
                "published, though the image does not expose them:",
                facts.published().stream()
                        .map(Published::port)
                        .filter(each -> !exposed.has(each))
                        .distinct()
                        .toList());
    }

    static Answer cpu(ContainerFacts facts) {
        long shares = facts.host("CpuShares").asLong();
        boolean bounded = shares > 0 && shares != 1024
                || facts.host("NanoCpus").asLong() > 0
                || facts.host("CpuQuota").asLong() > 0
                || !facts.host("CpusetCpus").asText().isEmpty();
        return Answer.failIf(!bounded, "it may use all CPUs at the same priority as others");
    }

    static Answer boundToAll(ContainerFacts facts) {
        return Answer.none(
                "bound to all addresses of the host:",
                facts.published().stream()
                        .filter(each -> Set.of("", "0.0.0.0", "::").contains(each.hostIp()))
                        .map(Published::port)
                        .distinct()
                        .toList());
    }

    static Answer restarts(ContainerFacts facts) {
        String policy = facts.host("RestartPolicy").path("Name").asText();
        int most = facts.host("RestartPolicy").path("MaximumRetryCount").asInt();
        boolean endless = policy.equals("always") || policy.equals("unless-stopped");
        return Answer.failIf(
                endless || policy.equals("on-failure") && (most == 0 || most > 5),
                "restart policy " + policy + (most > 0 ? ":" + most : ""));
    }

    static Answer devices(ContainerFacts facts) {
        List<String> devices = new ArrayList<>(ContainerFacts.texts(facts.host("DeviceCgroupRules")));
        facts.host("Devices")
                .forEach(each -> devices.add(each.path("PathOnHost").asText()));
        return Answer.none("exposed:", devices);
    }

    static Answer propagation(ContainerFacts facts) {
        return Answer.none(
                "shared with the host:",
                facts.mounts().stream()
                        .filter(each -> each.propagation().equals("shared")
                                || each.propagation().equals("rshared"))
                        .map(Mount::target)
                        .toList());
    }

    static Answer execs(ContainerFacts facts, Predicate<JsonNode> bad, String how) {
        if (facts.execs().isEmpty() && !facts.inspect().path("ExecIDs").isEmpty()) {
            return Answer.unknown("commands run in it by docker exec were not asked how");
        }
        return Answer.failIf(facts.execs().stream().anyMatch(bad), "docker exec runs a command in it " + how);
    }

    static boolean isRoot(JsonNode exec) {
        String user = exec.path("ProcessConfig").path("user").asText();
        return !user.isEmpty() && ImageFacts.isRoot(user);
    }

    static Answer cgroup(ContainerFacts facts) {
        String parent = facts.host("CgroupParent").asText();
        return Answer.failIf(
                !Set.of("", "docker", "/docker", "system.slice").contains(parent), "its cgroup is in " + parent);
    }

    static Answer newPrivileges(ContainerFacts facts) {
        boolean set = facts.securityOptions().stream()
                .anyMatch(each -> each.equals("no-new-privileges") || each.equals("no-new-privileges=true"));
        boolean always = facts.engine()
                .filter(engine -> hostHas(engine, "no-new-privileges"))
                .isPresent();
        return Answer.failIf(!set && !always, "a set-uid program in it gives its owner's rights");
    }

    static Answer health(ContainerFacts facts) {
        JsonNode test = facts.config("Healthcheck").path("Test");
        boolean checked = !test.isEmpty() && !test.path(0).asText().equals("NONE")
                || facts.inspect().path("State").path("Health").has("Status")
                        && !facts.inspect()
                                .path("State")
                                .path("Health")
                                .path("Status")
                                .asText()
                                .equals("none");
        return Answer.failIf(!checked, "it has no health check");
    }

    static Answer newest(ContainerFacts facts) {
        String runs = facts.inspect().path("Image").asText();
        return facts.newest()
                .map(id ->
                        Answer.failIf(!id.equals(runs), facts.config("Image").asText() + " names another image by now"))
                .orElseGet(() -> Answer.unknown("the engine was not asked what its image's reference names now"));
    }

    static Answer bridge(ContainerFacts facts) {
        String mode = mode(facts, "NetworkMode");
        boolean joined =
                facts.inspect().path("NetworkSettings").path("Networks").has("bridge");
        return Answer.failIf(Set.of("", "default", "bridge").contains(mode) || joined, "it is on the default bridge");
    }

    static Answer socket(ContainerFacts facts) {
        return Answer.none(
                "mounted:",
                facts.mounts().stream()
                        .filter(each -> each.type().equals("bind"))
                        .map(Mount::source)
                        .filter(each -> SOCKET.matcher(each).matches())
                        .toList());
    }
}
