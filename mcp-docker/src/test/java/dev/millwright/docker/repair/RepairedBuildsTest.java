package dev.millwright.docker.repair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.docker.RealEngine;
import dev.millwright.docker.build.BuildContext;
import dev.millwright.docker.build.BuildRequest;
import dev.millwright.docker.build.BuildResult;
import dev.millwright.docker.build.ImageBuilder;
import dev.millwright.workspace.Protection;
import dev.millwright.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds Dockerfiles on a real engine before they are fixed and after: {@code src/test/resources/repair/builds.txt}. The
 * package managers in its bases are scripts that take the flags of the real ones and fail where those do.
 */
class RepairedBuildsTest {
    private static final String LABEL = "dev.millwright.test=dk-repair";
    private static final Map<String, List<String>> TOOLS = Map.of(
            "apt-get", List.of("apt-get", "apt"),
            "yum", List.of("yum", "dnf", "microdnf"),
            "zypper", List.of("zypper"),
            "pip", List.of("pip", "pip3"),
            "npm", List.of("npm", "yarn"),
            "useradd", List.of("useradd"),
            "loader", List.of("loader"));

    @TempDir
    static Path folder;

    private static Workspace workspace;
    private static BuildContext context;

    private record Case(String title, boolean builds, String text) {}

    private record Result(
            Case of, Optional<String> before, Optional<String> safe, Optional<String> conditional, int made) {}

    /** What a build said when it failed, by text: one that is built twice is built once. */
    private final Map<String, Optional<String>> built = new ConcurrentHashMap<>();

    private static final Set<String> images = ConcurrentHashMap.newKeySet();

    @BeforeAll
    static void bases() throws Exception {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        StringBuilder deb = new StringBuilder("FROM " + RealEngine.BASE + "\nCOPY bash /bin/bash\n");
        for (Map.Entry<String, List<String>> each : TOOLS.entrySet()) {
            script(tools, each.getKey());
            for (String name : each.getValue()) {
                deb.append("COPY ")
                        .append(each.getKey())
                        .append(" /bin/")
                        .append(name)
                        .append('\n');
            }
        }
        script(tools, "apk");
        Files.writeString(tools.resolve("bash"), "#!/bin/sh\nexec /bin/ash \"$@\"\n");
        assertThat(tools.resolve("bash").toFile().setExecutable(true)).isTrue();
        deb.append(
                "ENV PATH=/usr/local/bin:/bin\nRUN mkdir -p /usr/local/bin /srv /root && echo root:x:0: > /etc/group\n");
        Files.writeString(tools.resolve("deb"), deb);
        Files.writeString(tools.resolve("alp"), "FROM " + RealEngine.BASE + "\nCOPY apk /bin/apk\n");
        for (String each : List.of("deb", "alp")) {
            String file = tools.resolve(each).toString();
            RealEngine.docker("build", "-q", "--label", LABEL, "-t", name(each), "-f", file, tools.toString());
        }

        Path files = Files.createDirectories(folder.resolve("context"));
        for (String each : List.of("a.txt", "b.txt", "requirements.txt", "package-lock.json", "Dockerfile")) {
            Files.writeString(files.resolve(each), each);
        }
        Files.writeString(files.resolve("package.json"), "{}");
        Files.writeString(Files.createDirectories(files.resolve("src")).resolve("main.c"), "true\n");
        workspace = new Workspace(List.of(files), new Protection(List.of(), List.of()), false, List.of());
        context = BuildContext.read(workspace, workspace.at("."), "Dockerfile", 1_000_000);
    }

    private static String name(String base) {
        return "millwright-test/%s:1".formatted(base);
    }

    @AfterAll
    static void clean() {
        workspace.close();
        for (String each : images) {
            RealEngine.docker("rmi", "-f", each);
        }
        RealEngine.docker("rmi", "-f", name("deb"), name("alp"));
    }

    private static void script(Path tools, String name) throws IOException {
        Path file = Files.writeString(tools.resolve(name), FixersTest.text("tools/" + name));
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (String each : FixersTest.text("builds.txt").split("(?m)^== ")) {
            String[] parts = each.split("\n", 2);
            if (parts[0].matches(".* (builds|fails)")) {
                String text = parts[1].replaceAll("(?m)^((?i)from (?:--\\S+ )?)deb\\b", "$1" + name("deb"))
                        .replaceAll("(?m)^((?i)from (?:--\\S+ )?)alp\\b", "$1" + name("alp"))
                        .replace("<CR>\n", "\r\n")
                        .replace("<END>\n", "");
                cases.add(new Case(parts[0].replaceFirst(" \\w+$", ""), parts[0].endsWith(" builds"), text));
            }
        }
        return cases;
    }

    /** @return what the build said when it failed */
    private Optional<String> build(String text) {
        Optional<String> known = built.get(text);
        if (known != null) {
            return known;
        }
        try {
            BuildResult result = new ImageBuilder(RealEngine.engine(), Clock.systemUTC())
                    .build(context.with(text), BuildRequest.of(Duration.ofMinutes(2)), step -> {});
            Optional<String> said =
                    result.status() == BuildResult.Status.SUCCEEDED ? Optional.empty() : Optional.of(result.log());
            if (said.isEmpty()) {
                images.add(result.image());
            }
            built.put(text, said);
            return said;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Result result(Case one) {
        Optional<String> before = build(one.text());
        Repaired safe = Repair.of(one.text(), RepairOptions.of(Safety.SAFE));
        RepairOptions proven = RepairOptions.of(Safety.CONDITIONAL);
        Repaired all = Repair.of(one.text(), proven.guessing());
        if (build(all.text()).isPresent()) {
            all = Repair.of(one.text(), proven.proven(text -> build(text).isEmpty()));
        }
        return new Result(
                one,
                before,
                build(safe.text()).map(said -> safe.text() + said),
                build(all.text()),
                safe.made().size() + all.made().size());
    }

    @Test
    void filesThatWereFixedBuild() throws Exception {
        List<Case> cases = cases();
        assertThat(cases).hasSizeGreaterThanOrEqualTo(60);
        List<Result> results = new ArrayList<>();
        try (ExecutorService two = Executors.newFixedThreadPool(2)) {
            List<Callable<Result>> calls = cases.stream()
                    .map(each -> (Callable<Result>) () -> result(each))
                    .toList();
            for (Future<Result> each : two.invokeAll(calls)) {
                results.add(each.get());
            }
        }

        assertThat(results.stream()
                        .filter(each -> each.before().isEmpty() != each.of().builds())
                        .map(each -> each.of().title() + each.before().map(RepairedBuildsTest::end)))
                .as("built before, or did not, unlike it is said")
                .isEmpty();
        assertThat(results.stream()
                        .filter(each -> each.safe().isPresent())
                        .map(each -> each.of().title() + each.safe().map(RepairedBuildsTest::end)))
                .as("did not build after the safe fixes")
                .isEmpty();
        assertThat(results.stream()
                        .filter(each -> each.conditional().isPresent())
                        .map(each -> each.of().title() + each.conditional().map(RepairedBuildsTest::end)))
                .as("did not build after the conditional fixes")
                .isEmpty();
        assertThat(results.stream().filter(each -> each.made() > 0).count()).isGreaterThanOrEqualTo(60);
    }

    private static String end(String log) {
        return log.substring(Math.max(0, log.length() - 400));
    }
}
