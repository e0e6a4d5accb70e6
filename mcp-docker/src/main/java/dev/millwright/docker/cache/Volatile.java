package dev.millwright.docker.cache;

import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.Edit;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Stages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Arguments that differ in every build stand as late as they can: each step after them runs again. */
final class Volatile {
    private static final Pattern NAME = Pattern.compile(
            "(?i)(.*_)?(date|time|timestamp|commit|sha|revision|vcs_ref|git_ref|git_hash|build_?(id|no|number|num|time|date)|ci_.*)");

    private Volatile() {}

    record Found(Advice advice, List<Edit> edits) {}

    /** The first place in the file; after its patch the next may be looked for. */
    static Optional<Found> find(Dockerfile file) {
        for (Stage stage : Stages.of(file).all()) {
            List<Instruction> all = stage.instructions();
            for (int i = 0; i < all.size(); i++) {
                Instruction each = all.get(i);
                if (each.is(Keyword.ARG)
                        && each.pairs().size() == 1
                        && NAME.matcher(each.pairs().getFirst().name().text()).matches()) {
                    Optional<Found> found = of(file, all, i);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Found> of(Dockerfile file, List<Instruction> all, int at) {
        String name = all.get(at).pairs().getFirst().name().text();
        Pattern use =
                Pattern.compile("\\$(\\{" + Pattern.quote(name) + "[:}%#/+-]|" + Pattern.quote(name) + "(?!\\w))");
        List<Integer> uses = new ArrayList<>();
        for (int i = at + 1; i < all.size(); i++) {
            if (use.matcher(all.get(i).span().in(file.text())).find()) {
                uses.add(i);
            }
        }
        boolean labels =
                !uses.isEmpty() && uses.stream().allMatch(i -> all.get(i).is(Keyword.LABEL));
        int end = labels || uses.isEmpty() ? all.size() : uses.getFirst();
        int last = -1;
        for (int i = at + 1; i < end; i++) {
            if (all.get(i).is(Keyword.RUN)) {
                last = i;
            }
        }
        if (last < 0 || uses.isEmpty()) {
            return Optional.empty();
        }
        List<Instruction> moved = new ArrayList<>(List.of(all.get(at)));
        int to = end - 1;
        if (labels) {
            uses.stream().filter(i -> i < all.size()).forEach(i -> moved.add(all.get(i)));
            to = last;
        }
        List<Edit> edits = edits(file, moved, all.get(to));
        String message = "%s differs in every build and is declared before %s; moved behind it, those steps stay cached"
                .formatted(name, Invalidation.step(file, all.get(last)));
        return Optional.of(
                new Found(new Advice("volatile-late", Invalidation.step(file, all.get(at)), message, true, ""), edits));
    }

    private static List<Edit> edits(Dockerfile file, List<Instruction> moved, Instruction after) {
        String end = file.lineBreak();
        List<Edit> edits = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (Instruction each : moved) {
            text.append(end).append(each.span().in(file.text()));
            if (each.line() <= after.lastLine()) {
                int to = each.span().end();
                edits.add(new Edit(each.span().start(), file.text().startsWith(end, to) ? to + end.length() : to, ""));
            }
        }
        List<Instruction> behind =
                moved.stream().filter(each -> each.line() > after.lastLine()).toList();
        if (!behind.isEmpty()) {
            text.setLength(0);
            moved.stream()
                    .filter(each -> !behind.contains(each))
                    .forEach(each -> text.append(end).append(each.span().in(file.text())));
        }
        edits.add(Edit.insert(after.span().end(), text.toString()));
        return edits;
    }
}
