package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.ShellWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What a package manager is told to install. */
final class Packages {
    private Packages() {}

    /**
     * The words that name packages.
     *
     * @param verbs what installs, such as {@code install} and {@code i}
     * @param valued flags that take the next word
     * @return empty where the command does something else
     */
    static Optional<List<ShellWord>> of(ShellCommand command, Set<String> verbs, Set<String> valued) {
        List<ShellWord> operands = operands(command, valued);
        if (operands.isEmpty() || !verbs.contains(operands.getFirst().text())) {
            return Optional.empty();
        }
        return Optional.of(operands.subList(1, operands.size()));
    }

    static List<ShellWord> operands(ShellCommand command, Set<String> valued) {
        List<ShellWord> operands = new ArrayList<>();
        boolean skip = false;
        boolean all = false;
        for (ShellWord each : command.arguments()) {
            if (skip) {
                skip = false;
            } else if (!all && each.is("--")) {
                all = true;
            } else if (!all && each.text().startsWith("-")) {
                skip = valued.contains(each.text());
            } else {
                operands.add(each);
            }
        }
        return operands;
    }

    /** Tells of the packages without a version, all in one finding at the first; variables may hold one and are left alone. */
    static void unpinned(
            Work work,
            Step step,
            ShellCommand command,
            List<ShellWord> packages,
            String code,
            Predicate<String> pinned) {
        List<ShellWord> loose = packages.stream()
                .filter(each -> !each.substitutes() && !each.text().isBlank() && !pinned.test(each.text()))
                .toList();
        if (!loose.isEmpty()) {
            String names = String.join(
                    ", ", loose.stream().map(ShellWord::text).limit(5).toList());
            work.add(
                    code,
                    step,
                    command,
                    loose.getFirst().span(),
                    "without a version: %s%s".formatted(names, loose.size() > 5 ? ", ..." : ""));
        }
    }

    /** Whether a command of the step removes something below the folder. */
    static boolean removes(Step step, String folder) {
        return step.commands().stream()
                .filter(each -> each.is("rm", "find"))
                .flatMap(each -> each.arguments().stream())
                .anyMatch(each -> each.text().startsWith(folder)
                        || braces(each.text()).startsWith(folder)
                        || folder.startsWith(each.text().replaceFirst("/\\*?$", "") + "/")
                                && each.text().startsWith("/var"));
    }

    /** {@code /var/lib/{apt,dpkg}} as its first choice; what a shell with braces removes first. */
    private static String braces(String text) {
        int open = text.indexOf('{');
        int comma = text.indexOf(',', open);
        return open < 0 || comma < 0 ? text : text.substring(0, open) + text.substring(open + 1, comma);
    }
}
