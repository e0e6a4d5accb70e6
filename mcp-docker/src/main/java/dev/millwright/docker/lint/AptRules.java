package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.ShellWord;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Rules of Debian's and Alpine's package managers. */
final class AptRules {
    private static final Set<String> APT_VALUED = Set.of(
            "-t",
            "-c",
            "-o",
            "-a",
            "--option",
            "--config-file",
            "--target-release",
            "--default-release",
            "--host-architecture");
    private static final Set<String> APK_VALUED = Set.of(
            "-t",
            "--virtual",
            "-X",
            "--repository",
            "-p",
            "--root",
            "--arch",
            "--keys-dir",
            "--repositories-file",
            "--wait",
            "--cache-dir",
            "--cache-max-age");
    private static final Pattern YES_CONFIGURED = Pattern.compile("(?i)APT::Get::Assume-Yes\\W+(\"?true|1)");
    private static final Pattern RECOMMENDS_CONFIGURED =
            Pattern.compile("(?i)APT::Install-Recommends\\W+\"?(false|0|no)");

    private AptRules() {}

    static void check(Work work) {
        String text = work.file().text();
        boolean yes = YES_CONFIGURED.matcher(text).find();
        boolean few = RECOMMENDS_CONFIGURED.matcher(text).find();
        Set<Integer> cleaned = work.steps().stream()
                .filter(each -> Packages.removes(each, "/var/lib/apt/lists"))
                .map(each -> each.stage().index())
                .collect(Collectors.toSet());
        Set<Integer> keeping = new HashSet<>();
        for (Step step : work.steps()) {
            int stage = step.stage().index();
            if (step.named("rm").flatMap(each -> each.arguments().stream()).anyMatch(AptRules::isCleaner)) {
                keeping.add(stage);
            }
            step.named("apt")
                    .forEach(each -> work.add(
                            "DL3027",
                            step,
                            each,
                            each.words().getFirst().span(),
                            "apt is for people; its output may change"));
            step.named("apt-get").forEach(each -> aptGet(work, step, each, yes, few));
            lists(work, step, cleaned.contains(stage), keeping.contains(stage));
            step.named("apk").forEach(each -> apk(work, step, each));
        }
    }

    private static void aptGet(Work work, Step step, ShellCommand command, boolean yes, boolean few) {
        if (command.does("dist-upgrade")) {
            work.add("DL3005", step, command, "dist-upgrade makes another base than FROM says");
        }
        Optional<List<ShellWord>> packages = Packages.of(command, Set.of("install"), APT_VALUED);
        if (packages.isEmpty()) {
            return;
        }
        boolean quiet = command.has("-y", "--yes", "--assume-yes", "-qq", "--assume-no")
                || command.value("-q", "--quiet")
                        .filter(each -> each.matches("=?2"))
                        .isPresent()
                || command.arguments().stream()
                                .filter(each -> each.is("-q") || each.is("--quiet"))
                                .count()
                        > 1
                || piped(step, command);
        if (!yes && !quiet) {
            work.add("DL3014", step, command, "apt-get install asks, and nobody answers");
        }
        if (!few && !command.has("--no-install-recommends")) {
            work.add("DL3015", step, command, "recommended packages are installed too");
        }
        Packages.unpinned(
                work,
                step,
                command,
                packages.get(),
                "DL3008",
                each -> each.contains("=") || each.contains("/") || each.endsWith(".deb"));
    }

    private static boolean piped(Step step, ShellCommand command) {
        return step.named("yes").anyMatch(each -> each.pipeline() == command.pipeline());
    }

    /** What has Debian's images delete packages once they are installed. */
    private static boolean isCleaner(ShellWord path) {
        return path.text().endsWith("/docker-clean");
    }

    /**
     * @param cleaned whether a RUN of the stage removes the lists; an update alone in its RUN is then told as such only
     * @param keeps whether packages stay once they are installed
     */
    private static void lists(Work work, Step step, boolean cleaned, boolean keeps) {
        if (!step.understood() || !work.isKept(step) || Packages.removes(step, "/var/lib/apt/lists")) {
            return;
        }
        if (step.mounts("/var/lib/apt/lists", "/var/lib/apt")) {
            if (keeps) {
                archives(work, step);
            }
            return;
        }
        step.named("apt-get", "apt", "aptitude")
                .filter(each -> each.does("update"))
                .findFirst()
                .filter(each ->
                        step.named("apt-get", "apt", "aptitude").anyMatch(one -> one.does("install")) || !cleaned)
                .ifPresent(each -> work.add("DL3009", step, each, "the lists stay in the layer"));
    }

    private static void archives(Work work, Step step) {
        boolean cleaned = step.mounts("/var/cache/apt")
                || Packages.removes(step, "/var/cache/apt")
                || step.named("apt-get", "apt").anyMatch(each -> each.does("clean"));
        if (!cleaned) {
            step.named("apt-get", "apt", "aptitude")
                    .filter(each -> each.does("install"))
                    .findFirst()
                    .ifPresent(each -> work.add("DL3009", step, each, "the packages stay in /var/cache/apt"));
        }
    }

    private static void apk(Work work, Step step, ShellCommand command) {
        Optional<List<ShellWord>> packages = Packages.of(command, Set.of("add"), APK_VALUED);
        if (packages.isEmpty()) {
            return;
        }
        if (!command.has("--no-cache") && !step.mounts("/var/cache/apk", "/etc/apk/cache")) {
            work.add("DL3019", step, command, "the index stays in the layer");
        }
        Packages.unpinned(
                work,
                step,
                command,
                packages.get(),
                "DL3018",
                each -> each.matches(".*[=<>~].*") || each.endsWith(".apk") || each.startsWith("."));
    }
}
