package dev.millwright.docker.cache;

import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.Edit;
import dev.millwright.docker.dockerfile.Flag;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.Logical;
import dev.millwright.docker.dockerfile.Shell;
import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.ShellWord;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Stages;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Downloads are kept in a cache of the builder, so that a step that must run again loads only what is new. */
final class CacheMounts {
    private CacheMounts() {}

    record Found(Advice advice, List<Edit> edits) {}

    static List<Found> find(Dockerfile file) {
        List<Found> found = new ArrayList<>();
        for (Stage stage : Stages.of(file).all()) {
            boolean root = true;
            for (Instruction each : stage.instructions()) {
                if (each.is(Keyword.USER)) {
                    String user = each.arguments().text().strip();
                    root = user.equals("root") || user.equals("0") || user.startsWith("root:") || user.startsWith("0:");
                } else if (each.is(Keyword.RUN)) {
                    of(file, each, root).ifPresent(found::add);
                }
            }
        }
        return found;
    }

    private static Optional<Found> of(Dockerfile file, Instruction run, boolean root) {
        Optional<Logical> script = run.script();
        if (script.isEmpty()) {
            return Optional.empty();
        }
        Shell.Script parsed = Shell.parse(script.get());
        Set<Installer> used = new LinkedHashSet<>();
        for (ShellCommand each : parsed.commands()) {
            Installer.using(each.acting())
                    .filter(one -> !one.caches().isEmpty())
                    .ifPresent(used::add);
        }
        Set<String> mounted = new LinkedHashSet<>();
        run.flags("mount").stream().map(Flag::parts).forEach(parts -> {
            mounted.add(parts.getOrDefault("target", ""));
            mounted.add(parts.getOrDefault("dst", ""));
            mounted.add(parts.getOrDefault("destination", ""));
        });
        StringBuilder mounts = new StringBuilder();
        List<String> names = new ArrayList<>();
        for (Installer each : used) {
            if (each.caches().stream().noneMatch(mounted::contains)) {
                names.add(each.name());
                each.caches()
                        .forEach(folder -> mounts.append("--mount=type=cache,target=")
                                .append(folder)
                                .append(each.locked() ? ",sharing=locked " : " "));
            }
        }
        if (names.isEmpty()) {
            return Optional.empty();
        }
        boolean applied = root && parsed.complete() && run.heredocs().isEmpty();
        String message = "%s loads everything again whenever this step runs; a cache mount keeps it between builds"
                .formatted(String.join(" and ", names));
        String condition = !root
                ? "the user is not root: the folder and its owner (uid=) must be set by hand"
                : !applied
                        ? "the script must be looked at by hand"
                        : names.contains("apt")
                                ? "BuildKit; images of Debian remove packages after each installation"
                                        + " (/etc/apt/apt.conf.d/docker-clean): without that file they are kept too"
                                : "BuildKit";
        List<Edit> edits = new ArrayList<>();
        if (applied) {
            int at = run.flags().isEmpty()
                    ? run.arguments().span().start()
                    : run.flags().getFirst().span().start();
            edits.add(Edit.insert(at, mounts.toString()));
            edits.addAll(withoutEmptying(parsed.commands(), file.text(), names));
        }
        return Optional.of(
                new Found(new Advice("cache-mount", Invalidation.step(file, run), message, applied, condition), edits));
    }

    /** What kept the layer small, and would now empty the cache. */
    private static List<Edit> withoutEmptying(List<ShellCommand> commands, String text, List<String> names) {
        List<Edit> edits = new ArrayList<>();
        for (int i = 0; i < commands.size(); i++) {
            ShellCommand each = commands.get(i);
            boolean empties = names.contains("apt")
                            && (each.is("rm") && each.operands().stream().allMatch(CacheMounts::isAptLists)
                                    || each.is("apt-get", "apt") && each.does("clean"))
                    || names.contains("dnf") && each.is("dnf", "microdnf") && each.does("clean");
            if (empties && i > 0 && each.before() == ShellCommand.Joint.AND && each.depth() == 0) {
                edits.add(new Edit(commands.get(i - 1).span().end(), each.span().end(), ""));
            }
            if (names.contains("pip")) {
                for (ShellWord word : each.arguments()) {
                    if (word.is("--no-cache-dir")) {
                        edits.add(new Edit(
                                word.span().start(),
                                afterBlanks(text, word.span().end()),
                                ""));
                    }
                }
            }
        }
        return edits;
    }

    private static boolean isAptLists(ShellWord word) {
        return word.text().startsWith("/var/lib/apt/lists") || word.text().startsWith("/var/cache/apt");
    }

    private static int afterBlanks(String text, int at) {
        int end = at;
        while (end < text.length() && text.charAt(end) == ' ') {
            end++;
        }
        return end;
    }
}
