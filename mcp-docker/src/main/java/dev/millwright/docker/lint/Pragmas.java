package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.Comment;
import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the file itself asks to be silent about, in comments and in its {@code check} directive. */
final class Pragmas {
    private static final Pattern IGNORE =
            Pattern.compile("hadolint\\s+(global\\s+)?ignore\\s*=\\s*(\\w+(?:\\s*,\\s*\\w+)*)(?:\\W.*)?");
    private static final Pattern SHELL = Pattern.compile("hadolint\\s+shell\\s*=\\s*(\\S+).*");
    private static final Pattern SHELLCHECK = Pattern.compile("shellcheck\\s+disable\\s*=\\s*(\\w+(?:,\\w+)*).*");

    private final Set<String> everywhere = new HashSet<>();
    private final Set<String> skipped = new HashSet<>();
    private final Set<String> experimental = new HashSet<>();
    private boolean error;

    Pragmas(Dockerfile file, boolean comments) {
        if (comments) {
            for (Comment each : file.comments()) {
                everywhere.addAll(ignored(each, true));
            }
        }
        file.directive("check").ifPresent(this::check);
    }

    private void check(String value) {
        for (String part : value.split(";")) {
            String[] pair = part.strip().split("=", 2);
            String of = pair.length == 2 ? pair[1].strip() : "";
            switch (pair[0].strip()) {
                case "skip" -> skipped.addAll(codes(of));
                case "experimental" -> experimental.addAll(codes(of));
                case "error" -> error = of.equalsIgnoreCase("true");
                default -> {
                    // BuildKit says what is wrong with it when it builds
                }
            }
        }
    }

    private static List<String> codes(String list) {
        return Arrays.stream(list.split(",")).map(String::strip).toList();
    }

    static boolean isIgnore(Comment comment) {
        return !ignored(comment, true).isEmpty() || !ignored(comment, false).isEmpty();
    }

    /** The codes that the comment silences; none where one of them is no code at all, as hadolint has it. */
    private static List<String> ignored(Comment comment, boolean global) {
        Matcher matcher = IGNORE.matcher(comment.text());
        if (!matcher.matches() || (matcher.group(1) != null) != global) {
            return List.of();
        }
        List<String> codes = codes(matcher.group(2));
        return codes.stream().allMatch(Pragmas::isCode) ? codes : List.of();
    }

    private static boolean isCode(String name) {
        return name.matches("(DL|SC)[0-9]+") || Rules.find(name).isPresent();
    }

    /** The shell that comments before the first stage say the commands of all stages are for. */
    static Optional<String> globalShell(Dockerfile file) {
        for (Instruction each : file.instructions()) {
            Optional<String> shell = shell(each);
            if (shell.isPresent() || each.is(Keyword.FROM)) {
                return shell;
            }
        }
        return Optional.empty();
    }

    /** The shell that a comment says this and the commands behind it are for. */
    static Optional<String> shell(Instruction instruction) {
        return instruction.comments().stream()
                .map(each -> SHELL.matcher(each.text()))
                .filter(Matcher::matches)
                .map(each -> each.group(1))
                .findFirst();
    }

    /** Whether findings of BuildKit's checks fail a build of this file. */
    boolean failsOnChecks() {
        return error;
    }

    boolean tries(String check) {
        return experimental.contains("all") || experimental.contains(check);
    }

    boolean silences(Finding finding, boolean comments) {
        String code = finding.code();
        boolean ofBuildKit = Rules.isOfBuildKit(code);
        boolean skips = skipped.contains(code) || skipped.contains("all") && !tries(code);
        if (ofBuildKit && skips || everywhere.contains(code)) {
            return true;
        }
        return comments && above(finding.instruction()).contains(code);
    }

    private static Set<String> above(Instruction instruction) {
        Set<String> codes = new HashSet<>();
        for (Comment each : instruction.comments()) {
            codes.addAll(ignored(each, false));
            Matcher shellcheck = SHELLCHECK.matcher(each.text());
            if (shellcheck.matches()) {
                codes.addAll(codes(shellcheck.group(1)));
            }
        }
        return codes;
    }
}
