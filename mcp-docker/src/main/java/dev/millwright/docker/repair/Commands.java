package dev.millwright.docker.repair;

import dev.millwright.docker.dockerfile.Edit;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.Logical;
import dev.millwright.docker.dockerfile.Shell;
import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.ShellCommand.Joint;
import dev.millwright.docker.dockerfile.ShellCommand.Place;
import dev.millwright.docker.dockerfile.ShellWord;
import dev.millwright.docker.lint.Finding;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Edits of the commands of a {@code RUN}. */
final class Commands {
    /** What may follow the last command of a script. */
    private static final Pattern END = Pattern.compile("(;?\\s*(fi|done|\\}|\\)))*\\s*");

    /** They change what the commands after them run in. */
    private static final Set<String> LASTING = Set.of(
            "cd",
            "pushd",
            "popd",
            "export",
            "set",
            "unset",
            "umask",
            "trap",
            "exec",
            "alias",
            "exit",
            "return",
            ".",
            "source",
            "ulimit",
            "shopt",
            "readonly",
            "eval",
            "read",
            "su",
            "newgrp");

    private Commands() {}

    /** The commands of a {@code RUN} in shell form, or of the script in its heredoc; empty where they cannot be followed. */
    static List<ShellCommand> of(Instruction run) {
        Instruction one = run.acting();
        if (!one.is(Keyword.RUN) || one.json()) {
            return List.of();
        }
        return one.script()
                .map(Shell::parse)
                .filter(Shell.Script::complete)
                .map(Shell.Script::commands)
                .orElse(List.of());
    }

    /** Puts a word behind another of the finding's command. */
    static Edit wordAfter(Finding finding, ShellWord word, String added) {
        boolean json = finding.instruction().acting().json();
        return Edit.insert(word.span().end(), json ? ", \"" + added + "\"" : " " + added);
    }

    /** The word of the finding's command that is one of these. */
    static Optional<ShellWord> word(Finding finding, String... texts) {
        Set<String> wanted = Set.of(texts);
        return finding.command()
                .flatMap(command -> command.words().stream()
                        .filter(each -> wanted.contains(each.text()))
                        .findFirst());
    }

    static Optional<ShellWord> program(Finding finding) {
        return finding.command().map(each -> each.words().getFirst());
    }

    /** Adds a command that runs when all before it went well; empty where a script cannot simply be continued. */
    static Optional<Edit> append(Site site, Instruction run, String command) {
        List<ShellCommand> commands = of(run);
        Instruction one = run.acting();
        if (commands.isEmpty() || !canBeContinued(site, one, commands)) {
            return Optional.empty();
        }
        int end = end(one);
        int line = site.file().lineStart(site.file().line(end));
        if (isDocument(one)) {
            String before = endsAtFailure(commands) ? site.file().lineBreak() + indent(site, commands) : " && ";
            return Optional.of(Edit.insert(end, before + command));
        } else if (line <= run.span().start()) {
            return Optional.of(Edit.insert(end, " && " + command));
        }
        return Optional.of(Edit.insert(
                end, " " + site.file().escape() + site.file().lineBreak() + indent(site, end) + "&& " + command));
    }

    /** Whether all of the script is a heredoc. */
    static boolean isDocument(Instruction one) {
        return one.heredocs().size() == 1
                && one.heredocs().getFirst().marker().equals(one.arguments().span());
    }

    /** Where the script ends. */
    private static int end(Instruction one) {
        if (!isDocument(one)) {
            return one.arguments().span().end();
        }
        Logical script = one.heredocs().getFirst().content();
        return script.span(0, script.text().stripTrailing().length()).end();
    }

    /** Whether the script begins with {@code set -e}, so that a command that fails is its last one. */
    private static boolean endsAtFailure(List<ShellCommand> commands) {
        ShellCommand first = commands.getFirst();
        return first.is("set")
                && first.depth() == 0
                && first.arguments().stream().anyMatch(each -> each.text().matches("-[a-z]*e[a-z]*|errexit"))
                && commands.stream()
                        .filter(each -> each.is("set"))
                        .flatMap(each -> each.arguments().stream())
                        .noneMatch(each -> each.text().startsWith("+"));
    }

    private static String indent(Site site, List<ShellCommand> commands) {
        return commands.stream()
                .filter(each -> each.depth() == 0 && each.place() == Place.TOP)
                .reduce((one, other) -> other)
                .map(each -> indent(site, each.span().start()))
                .orElse("");
    }

    private static String indent(Site site, int place) {
        int line = site.file().lineStart(site.file().line(place));
        int text = line;
        while (site.text().charAt(text) == ' ' || site.text().charAt(text) == '\t') {
            text++;
        }
        return site.text().substring(line, text);
    }

    private static boolean canBeContinued(Site site, Instruction one, List<ShellCommand> commands) {
        int last = commands.stream().mapToInt(each -> each.span().end()).max().orElseThrow();
        int end = end(one);
        if (last > end) {
            return false;
        }
        String rest = site.text().substring(last, end).replaceAll("[\\\\`]\\r?\\n", " ");
        boolean background = commands.stream().anyMatch(each -> each.after() == Joint.BACKGROUND);
        return END.matcher(rest).matches() && !background;
    }

    /** Whether commands after these run as if they were alone: in the same folder, shell and environment. */
    static boolean leaveNothing(Site site, Instruction run, List<ShellCommand> commands) {
        return canBeContinued(site, run.acting(), commands)
                && commands.stream()
                        .noneMatch(each -> each.words().isEmpty()
                                || each.place() == Place.FUNCTION
                                || each.place() != Place.SUBSHELL
                                        && each.place() != Place.SUBSTITUTION
                                        && each.is(LASTING.toArray(String[]::new)));
    }

    /** Whether all of these run or none does, when they are put behind others with {@code &&}. */
    static boolean areOneChain(List<ShellCommand> commands) {
        return commands.stream()
                .filter(each -> each.place() != Place.SUBSTITUTION)
                .allMatch(each -> each.depth() == 0
                        && each.place() == Place.TOP
                        && (each.after() == Joint.AND || each.after() == Joint.PIPE || each.after() == Joint.NONE));
    }
}
