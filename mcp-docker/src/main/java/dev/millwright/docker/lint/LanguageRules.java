package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.ShellWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules of pip, npm, yarn, gem and go. */
final class LanguageRules {
    private static final Set<String> PIP_VALUED = Set.of(
            "-i",
            "--index-url",
            "--extra-index-url",
            "-f",
            "--find-links",
            "-t",
            "--target",
            "--prefix",
            "--root",
            "--trusted-host",
            "--no-binary",
            "--only-binary",
            "--platform",
            "--python-version",
            "--abi",
            "--implementation",
            "--src",
            "--timeout",
            "--default-timeout",
            "--retries",
            "--cache-dir",
            "--proxy",
            "--cert",
            "--client-cert",
            "--log",
            "--progress-bar",
            "--upgrade-strategy",
            "--root-user-action",
            "--config-settings",
            "--global-option",
            "--build-option",
            "--report",
            "--exists-action",
            "-C",
            "--use-feature",
            "--use-deprecated");
    static final Set<String> NPM_VALUED = Set.of(
            "--registry",
            "--prefix",
            "-C",
            "--cache",
            "--loglevel",
            "--omit",
            "--include",
            "-w",
            "--workspace",
            "--tag",
            "--userconfig",
            "--fetch-retries",
            "--fetch-timeout",
            "--network-timeout",
            "--target",
            "--arch");
    private static final Set<String> GEM_VALUED = Set.of(
            "-v",
            "--version",
            "-i",
            "--install-dir",
            "-n",
            "--bindir",
            "-s",
            "--source",
            "--platform",
            "-p",
            "--http-proxy",
            "-P",
            "--trust-policy",
            "-g",
            "--file",
            "--document",
            "--use-system-libraries");
    private static final Set<String> GO_VALUED =
            Set.of("-ldflags", "-tags", "-o", "-mod", "-gcflags", "-asmflags", "-p", "-modfile", "-buildmode");

    private static final Pattern REPOSITORY = Pattern.compile("(?:git|hg|svn|bzr)\\+\\w+:/*[^/]+([^#]*)");

    private LanguageRules() {}

    static void check(Work work) {
        for (Step step : work.steps()) {
            for (ShellCommand each : step.commands()) {
                pip(work, step, each);
                if (each.is("npm")) {
                    npm(work, step, each);
                } else if (each.is("gem")) {
                    gem(work, step, each);
                } else if (each.is("go")) {
                    go(work, step, each);
                } else if (each.is("yarn")) {
                    yarn(work, step, each);
                }
            }
        }
    }

    /** {@code pip}, {@code pip3.12} and {@code python -m pip}; empty where it is something else. */
    static Optional<ShellCommand> pipOf(ShellCommand command) {
        String name = command.name().orElse("");
        if (name.matches("pip[0-9.]*")) {
            return Optional.of(command);
        }
        List<ShellWord> words = command.words();
        for (int i = 1; name.matches("python[0-9.]*") && i + 1 < words.size(); i++) {
            if (words.get(i).is("-m") && words.get(i + 1).text().matches("pip[0-9.]*")) {
                return Optional.of(new ShellCommand(
                        command.assignments(),
                        words.subList(i + 1, words.size()),
                        command.redirects(),
                        command.before(),
                        command.after(),
                        command.depth(),
                        command.place(),
                        command.pipeline(),
                        command.span()));
            }
        }
        return Optional.empty();
    }

    private static void pip(Work work, Step step, ShellCommand command) {
        Optional<ShellCommand> pip = pipOf(command);
        Optional<List<ShellWord>> packages = pip.flatMap(each -> Packages.of(each, Set.of("install"), PIP_VALUED));
        if (packages.isEmpty()) {
            return;
        }
        boolean fromFiles = pip.get().has("-r", "--requirement", "-c", "--constraint", "-e", "--editable", "--group");
        if (!fromFiles) {
            Packages.unpinned(work, step, pip.get(), packages.get(), "DL3013", LanguageRules::isPipPinned);
        }
        if (!pip.get().has("--no-cache-dir") && !isPipCacheOff(work, step)) {
            work.add("DL3042", step, pip.get(), "pip keeps what it has loaded in the layer");
        }
    }

    /** A repository is pinned by what stands behind {@code @} in its path; a file or folder is what it is. */
    private static boolean isPipPinned(String name) {
        Matcher repository = REPOSITORY.matcher(name);
        return repository.find()
                ? repository.group(1).contains("@")
                : name.matches("(?s).*[=<>~@/].*|\\..*|.*\\.(whl|zip|gz|bz2|tgz)");
    }

    private static boolean isPipCacheOff(Work work, Step step) {
        boolean inEnvironment = work.stages()
                .before(step.written(), "PIP_NO_CACHE_DIR")
                .filter(each -> !each.value().orElse("1").matches("|0|false|off|no"))
                .isPresent();
        return inEnvironment
                || step.mounts("/root/.cache/pip", "/.cache/pip", "/pip")
                || step.commands().stream()
                        .flatMap(LanguageRules::settings)
                        .anyMatch(each -> each.matches("PIP_NO_CACHE_DIR=(?!0|false|off|no).+"))
                || Packages.removes(step, "/root/.cache")
                || Packages.removes(step, "~/.cache")
                || step.commands().stream()
                        .anyMatch(each -> pipOf(each)
                                .filter(pip -> pip.does("cache")
                                        && pip.arguments().stream().anyMatch(a -> a.is("purge")))
                                .isPresent());
    }

    private static Stream<String> settings(ShellCommand command) {
        List<ShellWord> settings = new ArrayList<>(command.assignments());
        if (command.is("export")) {
            settings.addAll(command.arguments());
        }
        return settings.stream().map(ShellWord::text);
    }

    private static void npm(Work work, Step step, ShellCommand command) {
        Optional<List<ShellWord>> packages = Packages.of(command, Set.of("install", "i", "add"), NPM_VALUED);
        packages.ifPresent(each -> Packages.unpinned(work, step, command, each, "DL3016", LanguageRules::isNpmPinned));
    }

    private static boolean isNpmPinned(String name) {
        if (name.matches("(\\.|/|~/|file:|https?:).*|.*\\.(tgz|tar|tar\\.gz)")) {
            return true;
        }
        boolean repository = name.matches("(git[+:]|git@).*") || !name.startsWith("@") && name.contains("/");
        return repository ? name.contains("#") : name.indexOf('@', 1) > 0;
    }

    private static void gem(Work work, Step step, ShellCommand command) {
        if (command.has("-v", "--version")) {
            return;
        }
        Optional<List<ShellWord>> packages = Packages.of(command, Set.of("install", "i"), GEM_VALUED);
        packages.ifPresent(each -> Packages.unpinned(
                work,
                step,
                command,
                beforeBuildFlags(command, each),
                "DL3028",
                one -> one.contains(":") || one.endsWith(".gem")));
    }

    /** What follows {@code --} goes to the compiler of the gem. */
    private static List<ShellWord> beforeBuildFlags(ShellCommand command, List<ShellWord> packages) {
        Optional<ShellWord> dashes =
                command.arguments().stream().filter(each -> each.is("--")).findFirst();
        return dashes.isEmpty()
                ? packages
                : packages.stream()
                        .filter(each ->
                                each.span().start() < dashes.get().span().start())
                        .toList();
    }

    private static void go(Work work, Step step, ShellCommand command) {
        Optional<List<ShellWord>> packages = Packages.of(command, Set.of("install", "get", "run"), GO_VALUED);
        if (packages.isEmpty()) {
            return;
        }
        boolean tools = command.has("-tool")
                || packages.get().stream()
                        .findFirst()
                        .filter(each -> each.is("tool"))
                        .isPresent();
        // What follows the package of go run goes to its program.
        List<ShellWord> named = packages.get().stream()
                .limit(command.does("run") ? 1 : Long.MAX_VALUE)
                .filter(each -> each.text().matches("[\\w-]+(\\.[\\w-]+)+/.*")
                        || tools && each.text().matches("\\w.*") && !each.is("tool"))
                .toList();
        Packages.unpinned(
                work, step, command, named, "DL3062", each -> each.contains("@") && !each.endsWith("@latest"));
    }

    private static void yarn(Work work, Step step, ShellCommand command) {
        boolean installs = command.does("install") || command.operands().isEmpty() && !command.has("--version", "-v");
        boolean cleaned = step.named("yarn")
                        .anyMatch(each ->
                                each.does("cache") && each.arguments().stream().anyMatch(one -> one.is("clean")))
                || step.mounts("/.cache/yarn", "/usr/local/share/.cache", "/.yarn", "/yarn", "/root/.cache")
                || Packages.removes(step, "/usr/local/share/.cache")
                || Packages.removes(step, "/root/.cache");
        if (installs && !cleaned && step.understood() && work.isKept(step)) {
            work.add("DL3060", step, command, "yarn keeps what it has loaded in the layer");
        }
    }
}
