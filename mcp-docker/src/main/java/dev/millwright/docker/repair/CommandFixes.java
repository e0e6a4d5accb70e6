package dev.millwright.docker.repair;

import dev.millwright.docker.dockerfile.Edit;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.ShellWord;
import dev.millwright.docker.dockerfile.Span;
import dev.millwright.docker.lint.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Fixes of commands: flags they lack, and what they should leave behind. */
final class CommandFixes {
    private static final Set<String> APT_GET = Set.of(
            "install",
            "update",
            "upgrade",
            "remove",
            "purge",
            "autoremove",
            "autoclean",
            "clean",
            "source",
            "build-dep",
            "download",
            "changelog");
    private static final Set<String> APT_CACHE = Set.of("search", "show", "policy", "depends", "rdepends", "showsrc");

    /** Flags of sudo that change nothing for one who is root. */
    private static final Set<String> SUDO_PLAIN = Set.of("-E", "-H", "-n", "-S", "--preserve-env", "--set-home");

    private CommandFixes() {}

    /** Gives a flag behind the program's name or one of these words. */
    static Fixer flag(String flag, String... words) {
        return (finding, site) -> (words.length == 0 ? Commands.program(finding) : Commands.word(finding, words))
                .map(each -> Fix.safe("add " + flag, Commands.wordAfter(finding, each, flag))).stream()
                        .toList();
    }

    static List<Fix> noRecommends(Finding finding, Site site) {
        String flag = "--no-install-recommends";
        return Commands.word(finding, "install")
                .map(each -> Fix.when(
                        "nothing needs a package that is only recommended",
                        "add " + flag,
                        Commands.wordAfter(finding, each, flag)))
                .stream()
                .toList();
    }

    static List<Fix> ci(Finding finding, Site site) {
        boolean json = finding.instruction().acting().json();
        return Commands.word(finding, "install", "i")
                .map(each -> Fix.when(
                        "the lock file fits package.json, and lies where npm runs",
                        "use npm ci",
                        new Edit(each.span(), json ? "\"ci\"" : "ci")))
                .stream()
                .toList();
    }

    static List<Fix> apt(Finding finding, Site site) {
        Optional<ShellWord> program = Commands.program(finding);
        Optional<String> verb =
                finding.command().flatMap(ShellCommand::subcommand).map(ShellWord::text);
        if (program.isEmpty() || verb.isEmpty()) {
            return List.of();
        }
        String name = APT_GET.contains(verb.get()) ? "apt-get" : APT_CACHE.contains(verb.get()) ? "apt-cache" : "";
        String written = program.get().span().in(site.text());
        int at = written.lastIndexOf("apt");
        if (name.isEmpty() || at < 0) {
            return List.of();
        }
        int start = program.get().span().start() + at;
        return List.of(Fix.safe("use " + name, new Edit(start, start + "apt".length(), name)));
    }

    static List<Fix> sudo(Finding finding, Site site) {
        List<ShellWord> words = finding.command().map(ShellCommand::words).orElse(List.of());
        int next = 1;
        while (next < words.size() && SUDO_PLAIN.contains(words.get(next).text())) {
            next++;
        }
        Optional<Boolean> root = site.isRoot(finding.instruction());
        boolean plain = next < words.size() && !words.get(next).text().startsWith("-");
        if (!plain || root.filter(each -> !each).isPresent()) {
            return List.of();
        }
        Edit edit = Edit.delete(
                new Span(words.getFirst().span().start(), words.get(next).span().start()));
        return List.of(
                root.isPresent() ? Fix.safe("drop sudo", edit) : Fix.when("the base runs as root", "drop sudo", edit));
    }

    static List<Fix> aptLists(Finding finding, Site site) {
        if (needsLists(finding, site) || isBySudo(finding, site)) {
            return List.of();
        }
        boolean kept = !finding.instruction().acting().flags("mount").isEmpty()
                && finding.command().filter(each -> each.does("install")).isPresent();
        return kept
                ? ending(finding, site, "apt-get clean", "remove the packages")
                : ending(finding, site, "rm -rf /var/lib/apt/lists/*", "remove the lists");
    }

    /** Whether something later installs from the lists of this step. */
    private static boolean needsLists(Finding finding, Site site) {
        Optional<Integer> index = site.stage(finding.instruction()).map(each -> each.index());
        Stream<Instruction> children = site.stages().all().stream()
                .filter(each -> index.isPresent() && comesFrom(site, each.index(), index.get()))
                .flatMap(each -> each.instructions().stream());
        return Stream.concat(site.after(finding.instruction()).stream(), children)
                .filter(each -> each.acting().is(Keyword.RUN))
                .anyMatch(each -> {
                    String script = each.acting().script().map(Object::toString).orElse("apt install");
                    return script.matches("(?s).*\\b(apt|apt-get|aptitude)\\b.*")
                            && !script.matches("(?s).*\\b(apt|apt-get|aptitude)\\b[^&;|]*\\bupdate\\b.*");
                });
    }

    private static boolean comesFrom(Site site, int stage, int ancestor) {
        int at = site.stages().all().get(stage).parent().orElse(-1);
        while (at >= 0 && at != ancestor) {
            at = site.stages().all().get(at).parent().orElse(-1);
        }
        return at == ancestor;
    }

    private static boolean isBySudo(Finding finding, Site site) {
        return Commands.of(finding.instruction()).stream().anyMatch(each -> each.is("sudo"));
    }

    /** Ends the script with a command that empties the cache. */
    static Fixer clean(String arguments) {
        return (finding, site) -> {
            String name = finding.command().flatMap(ShellCommand::name).orElse("");
            return name.isEmpty() || isBySudo(finding, site)
                    ? List.of()
                    : ending(finding, site, name + " " + arguments, "empty the cache");
        };
    }

    private static List<Fix> ending(Finding finding, Site site, String command, String what) {
        return Commands.append(site, finding.instruction(), command).map(each -> Fix.safe(what, each)).stream()
                .toList();
    }

    static List<Fix> wget(Finding finding, Site site) {
        Optional<ShellWord> program = Commands.program(finding);
        if (program.isEmpty()) {
            return List.of();
        }
        List<Instruction> all = new ArrayList<>(site.before(finding.instruction()));
        all.add(finding.instruction());
        boolean installed = all.stream()
                .filter(each -> each.is(Keyword.RUN))
                .flatMap(each -> Commands.of(each).stream())
                .map(ShellCommand::acting)
                .filter(each -> each.is("apt-get", "apt", "apk", "yum", "dnf", "microdnf", "zypper"))
                .anyMatch(each ->
                        each.arguments().stream().anyMatch(word -> word.text().matches("wget([=-].*)?")));
        Fix fix = Fix.when(
                "wget is GNU's, not busybox's",
                "add --progress=dot:giga",
                Commands.wordAfter(finding, program.get(), "--progress=dot:giga"));
        return List.of(installed ? fix : fix.asGuess());
    }
}
