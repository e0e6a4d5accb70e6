package dev.millwright.docker.repair;

import dev.millwright.docker.dockerfile.Edit;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.ShellCommand.Joint;
import dev.millwright.docker.dockerfile.ShellCommand.Place;
import dev.millwright.docker.dockerfile.ShellWord;
import dev.millwright.docker.dockerfile.Span;
import dev.millwright.docker.dockerfile.Word;
import dev.millwright.docker.lint.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Fixes of how a {@code RUN} stands to its neighbours. */
final class RunFixes {
    private RunFixes() {}

    /** {@code apt-get update} that has a step for itself goes to the step that installs. */
    static List<Fix> updateAlone(Finding finding, Site site) {
        Instruction run = finding.instruction();
        List<ShellCommand> commands = Commands.of(run);
        if (!run.is(Keyword.RUN) || commands.size() != 1 || !run.flags().isEmpty() || Site.isAnnotated(run)) {
            return List.of();
        }
        for (Instruction each : site.after(run)) {
            if (each.is(Keyword.USER) || each.is(Keyword.SHELL)) {
                return List.of();
            } else if (!each.is(Keyword.RUN)) {
                continue;
            }
            List<ShellCommand> other = Commands.of(each);
            Optional<ShellCommand> first = other.stream()
                    .map(ShellCommand::acting)
                    .filter(one -> one.is("apt-get", "apt"))
                    .findFirst();
            boolean continues = each.heredocs().isEmpty() && Commands.areOneChain(other);
            if (continues && first.filter(one -> one.does("install")).isPresent()) {
                String update = commands.getFirst().span().in(site.text());
                Edit merged = Edit.insert(each.arguments().span().start(), update + " && ");
                return List.of(
                        Fix.safe("join it with the install of line " + each.line(), site.withoutLines(run), merged));
            } else if (other.isEmpty() || script(each).matches("(?s).*\\b(apt|aptitude|dpkg).*")) {
                return List.of();
            }
        }
        return List.of();
    }

    private static String script(Instruction run) {
        return run.script().orElse(run.arguments()).text();
    }

    /** The {@code RUN} of the finding becomes part of the one before it. */
    static List<Fix> merge(Finding finding, Site site) {
        Instruction second = finding.instruction();
        List<Instruction> before = site.before(second);
        if (before.isEmpty() || !before.getLast().is(Keyword.RUN) || !second.is(Keyword.RUN)) {
            return List.of();
        }
        Instruction first = before.getLast();
        List<ShellCommand> commands = Commands.of(first);
        List<ShellCommand> added = Commands.of(second);
        if (commands.isEmpty()
                || added.isEmpty()
                || Site.isAnnotated(second)
                || !first.heredocs().isEmpty()
                || !second.heredocs().isEmpty()
                || !Commands.leaveNothing(site, first, commands)
                || !Commands.areOneChain(added)) {
            return List.of();
        }
        List<Edit> edits = new ArrayList<>();
        edits.add(Edit.insert(first.span().end(), " " + site.file().escape()));
        for (int line = first.lastLine() + 1; line < second.line(); line++) {
            Span all = new Span(site.file().lineStart(line), site.file().lineStart(line + 1));
            if (all.in(site.text()).isBlank()) {
                edits.add(Edit.delete(all));
            }
        }
        edits.add(new Edit(second.span().start(), second.arguments().span().start(), "    && "));
        return List.of(new Fix(
                Safety.CONDITIONAL,
                "join it with the RUN of line " + first.line(),
                Optional.of("the two need no layers of their own in the cache"),
                false,
                edits));
    }

    /** {@code cd} at the start of a script becomes a {@code WORKDIR}, which is set back after it. */
    static List<Fix> workdir(Finding finding, Site site) {
        Instruction run = finding.instruction();
        List<ShellCommand> commands = Commands.of(run);
        if (!run.is(Keyword.RUN) || commands.size() < 2) {
            return List.of();
        }
        ShellCommand cd = commands.getFirst();
        Optional<String> prior = site.workdir(run);
        boolean leading = cd.is("cd")
                && cd.after() == Joint.AND
                && cd.depth() == 0
                && cd.arguments().size() == 1
                && cd.redirects().isEmpty()
                && cd.span().start() == run.arguments().span().start();
        if (!leading
                || !cd.arguments().getFirst().isPlain()
                || cd.arguments().getFirst().quoted()) {
            return List.of();
        }
        int second = commands.get(1).span().start();
        String between = site.text().substring(cd.span().end(), second).replaceAll("[\\\\`]\\r?\\n", " ");
        if (!between.matches("\\s*&&\\s*")) {
            return List.of();
        }
        ShellWord folder = cd.arguments().getFirst();
        Optional<String> path = folder.text().matches("[-~].*")
                ? Optional.empty()
                : Site.within(prior.orElse(""), new Word(folder.text(), folder.span()));
        boolean setBack = setsAnother(site, run);
        if (path.isEmpty() || prior.isEmpty() && !setBack) {
            return List.of();
        }
        Edit without = Edit.delete(new Span(cd.span().start(), second));
        if (path.equals(prior)) {
            return List.of(Fix.safe("leave out the cd: it is there already", without));
        }
        List<Edit> edits = new ArrayList<>();
        edits.add(site.lineBefore(
                run, run.name().text().equals("run") ? "workdir " + path.get() : "WORKDIR " + path.get()));
        edits.add(without);
        if (!setBack) {
            edits.add(site.lineAfter(run, (run.name().text().equals("run") ? "workdir " : "WORKDIR ") + prior.get()));
        }
        return List.of(new Fix(
                Safety.CONDITIONAL,
                "set WORKDIR %s for this RUN".formatted(path.get()),
                Optional.of("the folder is there: WORKDIR would make it where cd fails"),
                false,
                edits));
    }

    /** Whether an absolute {@code WORKDIR} follows before anything depends on the folder. */
    private static boolean setsAnother(Site site, Instruction run) {
        return site.after(run).stream()
                .findFirst()
                .filter(each -> each.is(Keyword.WORKDIR))
                .flatMap(each -> each.words().stream().findFirst())
                .filter(each -> each.unquoted().startsWith("/"))
                .isPresent();
    }

    /** A shell that knows pipefail runs this and what follows. */
    static List<Fix> pipefail(Finding finding, Site site) {
        Instruction run = finding.instruction();
        if (!run.is(Keyword.RUN)) {
            return List.of();
        }
        Optional<List<String>> shell = site.before(run).stream()
                .filter(each -> each.is(Keyword.SHELL) && each.json())
                .map(each -> each.words().stream().map(Word::text).toList())
                .reduce((one, other) -> other);
        if (shell.isPresent()) {
            String program = shell.get().getFirst();
            boolean plain = shell.get().size() == 2 && shell.get().get(1).matches("-e?c");
            return plain && program.matches(".*(bash|ash|zsh|ksh)") && !program.endsWith("dash")
                    ? List.of(shell(site, run, program))
                    : List.of();
        }
        Optional<String> known = site.image(run).flatMap(KnownImages::shell);
        return known.isPresent()
                ? List.of(shell(site, run, known.get()))
                : Stream.of("/bin/bash", "/bin/ash")
                        .map(each -> shell(site, run, each).asGuess())
                        .toList();
    }

    private static Fix shell(Site site, Instruction run, String program) {
        String line = "%s [\"%s\", \"-o\", \"pipefail\", \"-c\"]"
                .formatted(run.name().text().equals("run") ? "shell" : "SHELL", program);
        return Fix.when(
                "the image has %s, and the steps after it take that shell too".formatted(program),
                "add " + line,
                site.lineBefore(run, line));
    }

    /** Whether a command stands by itself: nothing a shell would have to do for it. */
    static Optional<List<String>> plain(List<ShellCommand> commands) {
        if (commands.size() != 1) {
            return Optional.empty();
        }
        ShellCommand one = commands.getFirst();
        boolean plain = one.place() == Place.TOP
                && one.depth() == 0
                && one.after() == Joint.NONE
                && one.assignments().isEmpty()
                && one.redirects().isEmpty()
                && one.words().stream()
                        .allMatch(each -> each.isPlain() && !each.text().startsWith("~"));
        return plain ? Optional.of(one.words().stream().map(ShellWord::text).toList()) : Optional.empty();
    }
}
