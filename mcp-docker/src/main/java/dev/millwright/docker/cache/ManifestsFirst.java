package dev.millwright.docker.cache;

import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.Edit;
import dev.millwright.docker.dockerfile.Flag;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.Logical;
import dev.millwright.docker.dockerfile.Shell;
import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Stages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Dependencies are installed before the sources are copied, so that a change of a source leaves them in the cache. */
final class ManifestsFirst {
    /** What may stand between the copying and the installing without a say in it. */
    private static final Set<Keyword> NEUTRAL =
            Set.of(Keyword.ENV, Keyword.ARG, Keyword.LABEL, Keyword.EXPOSE, Keyword.VOLUME, Keyword.STOPSIGNAL);

    private ManifestsFirst() {}

    /** One such place: what to say and, where it is safe, what to change. */
    record Found(Advice advice, List<Edit> edits) {}

    /** The first place in the file; after its patch the next may be looked for. */
    static Optional<Found> find(Dockerfile file, Context context, Set<String> done) {
        for (Stage stage : Stages.of(file).all()) {
            List<Instruction> all = stage.instructions();
            for (int i = 0; i < all.size(); i++) {
                if (!copiesAll(all.get(i))) {
                    continue;
                }
                for (int j = i + 1; j < all.size(); j++) {
                    Instruction next = all.get(j);
                    if (next.is(Keyword.RUN)) {
                        Optional<Found> found = found(file, all.get(i), next, context);
                        if (found.isPresent() && !done.contains(Invalidation.step(file, next))) {
                            return found;
                        }
                        break;
                    } else if (!NEUTRAL.contains(next.keyword())) {
                        break;
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** {@code COPY . .}: the whole context into the working folder. */
    static boolean copiesAll(Instruction one) {
        return one.is(Keyword.COPY)
                && one.flagValue("from").isEmpty()
                && one.heredocs().isEmpty()
                && one.words().size() == 2
                && Set.of(".", "./").contains(one.words().get(0).text())
                && Set.of(".", "./").contains(one.words().get(1).text());
    }

    private static Optional<Found> found(Dockerfile file, Instruction copy, Instruction run, Context context) {
        Optional<Logical> script = run.script();
        if (script.isEmpty() || !run.heredocs().isEmpty()) {
            return Optional.empty();
        }
        Shell.Script parsed = Shell.parse(script.get());
        if (!parsed.complete() || parsed.commands().isEmpty()) {
            return Optional.empty();
        }
        List<ShellCommand> commands = parsed.commands();
        ShellCommand first = commands.getFirst();
        Optional<Installer> installer = Installer.installing(first);
        boolean plain = first.depth() == 0
                && (first.after() == ShellCommand.Joint.NONE || first.after() == ShellCommand.Joint.AND);
        if (installer.isEmpty() || !plain) {
            return Optional.empty();
        }
        List<String> manifests = manifests(installer.get(), first, context);
        if (manifests.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> obstacle = Obstacles.of(installer.get(), manifests, context);
        String message = "any change in the context runs %s again; copy %s first, install, then copy the rest"
                .formatted(first.span().in(file.text()), String.join(", ", manifests));
        String condition = obstacle.orElse(
                context.known()
                        ? ""
                        : "the manifests lie at the top of the context, and nothing in them points into it");
        Advice advice =
                new Advice("manifests-first", Invalidation.step(file, run), message, obstacle.isEmpty(), condition);
        return Optional.of(
                new Found(advice, obstacle.isPresent() ? List.of() : edits(file, copy, run, commands, manifests)));
    }

    private static List<String> manifests(Installer installer, ShellCommand command, Context context) {
        List<String> wanted = installer.manifests(command);
        if (wanted.isEmpty()
                || wanted.stream()
                        .anyMatch(each -> each.startsWith("/") || each.contains("$") || each.contains(".."))) {
            return List.of();
        }
        if (!context.known()) {
            // Names that may be missing are given as patterns: COPY takes a pattern that matches nothing beside one
            // that does.
            List<String> patterns = new ArrayList<>();
            for (int i = 0; i < Math.min(2, wanted.size()); i++) {
                patterns.add(i == 0 || installer.name().equals("pip") ? wanted.get(i) : wanted.get(i) + "*");
            }
            return patterns;
        }
        if (!context.has(wanted.getFirst())) {
            return List.of();
        }
        return wanted.stream().filter(context::has).toList();
    }

    private static List<Edit> edits(
            Dockerfile file, Instruction copy, Instruction run, List<ShellCommand> commands, List<String> manifests) {
        String text = file.text();
        String end = file.lineBreak();
        String flags = run.flags().stream()
                .map(Flag::span)
                .map(span -> span.in(text) + " ")
                .collect(Collectors.joining());
        List<String> folders = manifests.stream()
                .filter(each -> each.indexOf('.', 1) < 0 && each.startsWith("."))
                .toList();
        StringBuilder before = new StringBuilder();
        List<String> files = new ArrayList<>(manifests);
        files.remove(".yarn");
        List<String> deep = files.stream().filter(each -> each.contains("/")).toList();
        files.removeAll(deep);
        if (!files.isEmpty()) {
            before.append("COPY ").append(String.join(" ", files)).append(" ./").append(end);
        }
        for (String each : deep) {
            before.append("COPY ").append(each).append(" ./").append(each).append(end);
        }
        if (folders.contains(".yarn")) {
            before.append("COPY .yarn ./.yarn").append(end);
        }
        before.append("RUN ")
                .append(flags)
                .append(commands.getFirst().span().in(text))
                .append(end);
        List<Edit> edits = new ArrayList<>();
        edits.add(Edit.insert(copy.span().start(), before.toString()));
        if (commands.size() == 1) {
            int to = run.span().end();
            if (text.startsWith(end, to)) {
                to += end.length();
            }
            edits.add(new Edit(run.span().start(), to, ""));
        } else {
            edits.add(new Edit(
                    commands.getFirst().span().start(), commands.get(1).span().start(), ""));
        }
        return edits;
    }
}
