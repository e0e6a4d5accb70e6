package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.ShellCommand.Joint;
import dev.millwright.docker.dockerfile.ShellWord;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Word;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Rules of our own: what slows builds, and what scanners of images ask for. */
final class OwnRules {
    private static final String[] SHELLS = {"sh", "bash", "dash", "ash", "zsh", "ksh"};

    /**
     * A way to install what a project depends on.
     *
     * @param does whether a command is one
     * @param lists files that say what is installed, one of which must be in the context if that is known
     * @param caches folders worth keeping between builds, of which one is enough
     */
    private record Install(String program, Predicate<ShellCommand> does, List<String> lists, List<String> caches) {}

    private static final List<Install> INSTALLS = List.of(
            new Install(
                    "npm",
                    each -> each.does("ci")
                            || each.does("install") && each.operands().size() == 1,
                    List.of("package.json"),
                    List.of("/root/.npm", "/.npm")),
            new Install(
                    "yarn",
                    each -> each.does("install")
                            || each.operands().isEmpty() && each.arguments().isEmpty(),
                    List.of("package.json"),
                    List.of("/.cache/yarn", "/usr/local/share/.cache", "/yarn")),
            new Install(
                    "pnpm",
                    each -> each.does("install") || each.does("i"),
                    List.of("package.json"),
                    List.of("/pnpm", "/pnpm/store", "/.local/share/pnpm")),
            new Install(
                    "pip",
                    each -> each.does("install") && each.has("-r", "--requirement"),
                    List.of("requirements.txt"),
                    List.of("/root/.cache/pip", "/.cache/pip")),
            new Install(
                    "go",
                    each -> each.does("mod") && each.operands().stream().anyMatch(one -> one.is("download")),
                    List.of("go.mod"),
                    List.of("/go/pkg/mod")),
            new Install(
                    "bundle",
                    each -> each.does("install"),
                    List.of("Gemfile"),
                    List.of("/usr/local/bundle", "/bundle")),
            new Install(
                    "composer",
                    each -> each.does("install"),
                    List.of("composer.json"),
                    List.of("/tmp/cache", "/composer")));

    private OwnRules() {}

    static void check(Work work) {
        work.stages().all().forEach(stage -> dependencies(work, stage));
        Map<Integer, Integer> lastInstall = new HashMap<>();
        for (Step step : work.steps()) {
            if (step.named("apt-get", "apt").anyMatch(each -> each.does("install"))) {
                lastInstall.put(step.stage().index(), step.one().line());
            }
        }
        for (Step step : work.steps()) {
            aptUpdateAlone(work, step, lastInstall);
            piped(work, step);
            users(work, step);
            setuid(work, step);
            if (step.is(Keyword.EXPOSE)) {
                step.one().words().stream()
                        .filter(each -> each.unquoted().matches("22(/tcp)?"))
                        .forEach(each -> work.add("ExposedSsh", step.written(), each.span(), "port 22 is SSH's"));
            } else if (step.is(Keyword.ADD) && step.one().flag("checksum").isEmpty()) {
                step.one().sources().stream()
                        .filter(each -> each.unquoted().matches("(?i)https?://.*"))
                        .filter(each -> !each.unquoted().matches(".*\\.git(#.*)?"))
                        .findFirst()
                        .ifPresent(each -> work.add(
                                "AddUrlWithoutChecksum",
                                step.written(),
                                each.span(),
                                "whatever the server sends is taken"));
            }
        }
        finalUser(work);
        ignoreFile(work);
    }

    private static void dependencies(Work work, Stage stage) {
        Optional<Step> all = Optional.empty();
        for (Step step : work.steps(stage)) {
            if (isCopyOfAll(step)) {
                all = Optional.of(step);
            }
            for (ShellCommand each : step.commands()) {
                ShellCommand command = LanguageRules.pipOf(each).orElse(each);
                String name = command.name().orElse("").replaceFirst("^pip[0-9.]+$", "pip");
                for (Install install : INSTALLS) {
                    if (!install.program().equals(name) || !install.does().test(command)) {
                        continue;
                    }
                    boolean listed =
                            work.around().files().isEmpty() || work.around().hasAny(install.lists());
                    if (all.isPresent() && listed) {
                        work.add(
                                "CopyAllBeforeInstall",
                                all.get().written(),
                                "any change of a file makes %s run again (line %d)"
                                        .formatted(
                                                name,
                                                work.file().line(each.span().start())));
                        all = Optional.empty();
                    }
                    String[] caches = install.caches().toArray(String[]::new);
                    if (step.one().flags("mount").isEmpty() || !step.mounts(caches)) {
                        work.add(
                                "CacheMountMissing",
                                step,
                                command,
                                "%s loads everything again when this step runs again".formatted(name));
                    }
                }
            }
        }
    }

    private static boolean isCopyOfAll(Step step) {
        Instruction one = step.one();
        return (step.is(Keyword.COPY) || step.is(Keyword.ADD))
                && !step.isHeldBack()
                && one.flag("from").isEmpty()
                && one.words().size() == 2
                && Set.of(".", "./", "/").contains(one.words().getFirst().unquoted());
    }

    private static void aptUpdateAlone(Work work, Step step, Map<Integer, Integer> lastInstall) {
        boolean alone = step.understood()
                && step.named("apt-get", "apt").anyMatch(each -> each.does("update"))
                && step.named("apt-get", "apt", "aptitude").allMatch(each -> each.does("update"));
        boolean installs = alone
                && lastInstall.getOrDefault(step.stage().index(), 0)
                        > step.one().line();
        if (installs && !step.mounts("/var/lib/apt")) {
            step.named("apt-get", "apt")
                    .findFirst()
                    .ifPresent(each ->
                            work.add("AptUpdateAlone", step, each, "the lists are cached, and installs use old ones"));
        }
    }

    private static void piped(Work work, Step step) {
        for (ShellCommand each : step.commands()) {
            boolean loads = each.is("curl", "wget") && each.after() == Joint.PIPE;
            if (loads && step.named(SHELLS).anyMatch(one -> one.pipeline() == each.pipeline())) {
                work.add("PipedToShell", step, each, "what is loaded is run without a check");
            }
        }
    }

    private static void users(Work work, Step step) {
        Map<String, String> uids = new HashMap<>();
        for (ShellCommand each : step.commands()) {
            if (each.is("useradd", "adduser")) {
                each.value("-u", "--uid").filter(uid -> uid.matches("[0-9]+")).ifPresent(uid -> {
                    String name = each.operands().isEmpty()
                            ? ""
                            : each.operands().getLast().text();
                    String other = uids.put(uid, name);
                    if (other != null && !other.equals(name)) {
                        work.add("DuplicateUid", step, each, "UID %s is %s's too".formatted(uid, other));
                    }
                });
            }
            boolean empty = each.is("passwd") && each.has("-d", "--delete")
                    || each.is("useradd", "usermod")
                            && each.value("-p", "--password")
                                    .filter(String::isEmpty)
                                    .isPresent();
            if (empty) {
                work.add("EmptyPassword", step, each, "anybody can become this user");
            }
        }
    }

    private static void setuid(Work work, Step step) {
        step.named("chmod")
                .forEach(each -> each.operands().stream()
                        .findFirst()
                        .map(ShellWord::text)
                        .filter(mode -> mode.matches("0?[4-7][0-7]{3}|([ugo]*\\+[rwxt]*s[rwxt]*,?)+"))
                        .filter(mode -> !mode.matches("0?[1][0-7]{3}"))
                        .ifPresent(mode -> work.add("SetuidAdded", step, each, "chmod %s".formatted(mode))));
    }

    private static void finalUser(Work work) {
        Optional<Stage> last = work.stages().last();
        if (last.isEmpty()) {
            return;
        }
        boolean user = work.steps().stream()
                .anyMatch(each -> work.isKept(each.stage()) && each.is(Keyword.USER) && !each.isHeldBack());
        boolean starts =
                work.steps(last.get()).stream().anyMatch(each -> each.is(Keyword.CMD) || each.is(Keyword.ENTRYPOINT));
        boolean rootless = work.stages()
                .image(last.get())
                .filter(each -> each.matches(".*(nonroot|rootless|unprivileged|chainguard).*"))
                .isPresent();
        if (!user && starts && !rootless) {
            work.add("UserMissing", last.get().from(), "no USER is set");
        }
    }

    private static void ignoreFile(Work work) {
        if (work.around().files().isEmpty() || work.around().ignore().isPresent()) {
            return;
        }
        work.steps().stream()
                .filter(OwnRules::isCopyOfAll)
                .findFirst()
                .ifPresent(each -> work.add(
                        "DockerignoreMissing",
                        each.written(),
                        each.one().words().stream().findFirst().map(Word::span).orElseThrow(),
                        "all of the context is copied, .git and builds too"));
    }
}
