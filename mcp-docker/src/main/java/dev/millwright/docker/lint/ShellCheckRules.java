package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.Redirect;
import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.ShellCommand.Joint;
import dev.millwright.docker.dockerfile.ShellCommand.Place;
import dev.millwright.docker.dockerfile.ShellWord;
import java.util.List;
import java.util.regex.Pattern;

/** Five ideas of ShellCheck, under its codes: unguarded cd, unquoted rm, useless cat, split words in loops, bash under sh. */
final class ShellCheckRules {
    /** Images whose {@code sh} is dash, which knows POSIX alone: Debian, Ubuntu and what is built on them by default. */
    private static final Pattern DASH = Pattern.compile(
            "(docker\\.io/)?(library/)?(debian|ubuntu|python|node|ruby|golang|rust|php|perl|openjdk|buildpack-deps|nginx"
                    + "|postgres|mysql|redis|gcc|maven|gradle|erlang|elixir|haskell|swift|eclipse-temurin)(:.*)?(@.*)?");

    private static final Pattern NOT_DEBIAN =
            Pattern.compile(".*(alpine|oracle|ol[0-9]|ubi|centos|fedora|nanoserver|windows|amazon).*");
    private static final String[] BASH_ONLY = {
        "declare", "pushd", "popd", "shopt", "let", "typeset", "mapfile", "readarray"
    };

    private ShellCheckRules() {}

    static void check(Work work) {
        for (Step step : work.steps()) {
            boolean stops = false;
            for (ShellCommand each : step.commands()) {
                stops |= isErrexit(each);
                if (!stops && isUnguarded(each)) {
                    work.add("SC2164", step, each, "the next command runs in the wrong folder if this cd fails");
                }
                remove(work, step, each);
                cat(work, step, each);
                loop(work, step, each);
            }
            if (isDash(work, step)) {
                step.commands().forEach(each -> bash(work, step, each));
            }
        }
    }

    private static boolean isErrexit(ShellCommand command) {
        return command.is("set")
                && command.arguments().stream()
                        .anyMatch(each -> each.text().matches("-[a-z]*e[a-z]*") || each.is("errexit"));
    }

    private static boolean isUnguarded(ShellCommand command) {
        boolean goesOn = command.after() == Joint.THEN;
        return command.is("cd")
                && goesOn
                && command.place() != Place.CONDITION
                && !command.operands().isEmpty()
                && !command.operands().getFirst().is("/")
                && !command.operands().getFirst().is("..");
    }

    private static void remove(Work work, Step step, ShellCommand command) {
        if (!command.is("rm")) {
            return;
        }
        for (ShellWord each : command.operands()) {
            String text = each.text();
            if (text.matches("\\$(\\w+|\\{\\w+\\})/(\\*|[a-z]+/?\\*?)?") && command.has("-r", "-R", "--recursive")) {
                work.add("SC2115", step, command, each.span(), "an empty variable makes this a path from /");
            } else if (each.splits() && text.matches("(?s).*\\$(\\w+|\\{\\w+\\}).*")) {
                work.add("SC2086", step, command, each.span(), "%s is split at blanks and expanded".formatted(text));
            }
        }
    }

    private static void cat(Work work, Step step, ShellCommand command) {
        List<ShellWord> operands = command.operands();
        boolean useless = command.is("cat")
                && command.after() == Joint.PIPE
                && command.before() != Joint.PIPE
                && command.redirects().isEmpty()
                && command.arguments().size() == 1
                && operands.size() == 1
                && !operands.getFirst().globs()
                && !operands.getFirst().splits();
        if (useless) {
            work.add("SC2002", step, command, "the next command can read the file itself");
        }
    }

    private static void loop(Work work, Step step, ShellCommand command) {
        if (command.words().size() < 4 || !command.words().getFirst().is("for")) {
            return;
        }
        for (ShellWord each : command.words().subList(3, command.words().size())) {
            if (each.splits() && each.text().matches("(?s)(\\$\\(|`)\\s*ls\\b(?!.*\\|).*")) {
                work.add("SC2045", step, command, each.span(), "names with blanks become many; use a pattern");
            }
        }
    }

    private static boolean isDash(Work work, Step step) {
        if (!step.shell().equals(List.of("/bin/sh", "-c")) || step.one().json()) {
            return false;
        }
        boolean other =
                step.one().script().filter(each -> each.text().startsWith("#!")).isPresent();
        return !other
                && work.stages()
                        .image(step.stage())
                        .filter(each -> DASH.matcher(each).matches())
                        .filter(each -> !NOT_DEBIAN.matcher(each).matches())
                        .isPresent();
    }

    private static void bash(Work work, Step step, ShellCommand command) {
        if (command.is("[[")) {
            work.add("SC3010", step, command, "sh knows no [[ ]]; use [ ]");
        } else if (command.is("source")) {
            work.add("SC3046", step, command, command.words().getFirst().span(), "sh knows . instead of source");
        } else if (command.is(BASH_ONLY)) {
            work.add(
                    "SC3044",
                    step,
                    command,
                    "sh does not know " + command.name().orElse(""));
        } else if (command.is("[", "test")) {
            command.arguments().stream()
                    .filter(each -> each.is("==") && !each.quoted())
                    .findFirst()
                    .ifPresent(each -> work.add("SC3014", step, command, each.span(), "sh knows = instead of =="));
        }
        for (Redirect each : command.redirects()) {
            if (each.operator().equals("<<<")) {
                work.add("SC3011", step, command, each.span(), "sh knows no here-strings");
            } else if (each.operator().startsWith("&>")) {
                work.add("SC3020", step, command, each.span(), "sh runs the command in the background here");
            }
        }
        command.words().stream()
                .filter(each -> each.text().startsWith("<(") || each.text().startsWith(">("))
                .filter(each -> !each.quoted())
                .findFirst()
                .ifPresent(each -> work.add("SC3001", step, command, each.span(), "sh knows no process substitution"));
    }
}
