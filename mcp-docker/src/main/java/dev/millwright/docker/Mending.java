package dev.millwright.docker;

import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import dev.millwright.docker.failure.Diagnosis;
import dev.millwright.docker.failure.Edit;
import dev.millwright.docker.failure.Fix;
import dev.millwright.docker.failure.Learning;
import dev.millwright.docker.failure.Recipe;
import dev.millwright.docker.failure.Surroundings;
import dev.millwright.docker.repair.Repaired;
import dev.millwright.docker.repair.Safety;
import dev.millwright.mask.SecretText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A build that failed, and the Dockerfile with the failure mended by fixes that are known for it. */
final class Mending {
    /** One failure hides the next: of so many a file is mended. */
    private static final int MOST_FAILURES = 5;

    private final Learning learning;
    private final String tenant;
    private final Surroundings around;
    private final String original;
    private final Diagnosis failure;
    private final List<Repaired.Made> made = new ArrayList<>();
    private final List<Repaired.Left> left = new ArrayList<>();
    private String text;

    /** @param log of the build that failed */
    Mending(Learning learning, String tenant, Surroundings around, String original, String log) {
        this.learning = learning;
        this.tenant = tenant;
        this.around = around;
        this.original = original;
        this.text = original;
        this.failure = diagnosis(log, original);
    }

    private Diagnosis diagnosis(String log, String dockerfile) {
        Surroundings now = around.with(dockerfile);
        return learning.ranked(tenant, Diagnosis.of(log, now), now);
    }

    Diagnosis failure() {
        return failure;
    }

    /** The file as it is by now. */
    String text() {
        return text;
    }

    /** This, and what else was repaired in the file as it is by now. */
    Repaired with(Repaired more) {
        List<Repaired.Made> all = new ArrayList<>(made);
        more.made()
                .forEach(each -> all.add(new Repaired.Made(
                        each.code(),
                        origin(each.line()),
                        each.what(),
                        each.condition(),
                        each.fingerprint(),
                        each.fixId())));
        List<Repaired.Left> not = new ArrayList<>(left);
        more.left()
                .forEach(each -> not.add(new Repaired.Left(each.code(), origin(each.line()), each.what(), each.why())));
        return new Repaired(more.text(), all, not);
    }

    /** Makes the likeliest fix, which only a build can prove. */
    void guess(Safety safety) {
        for (Fix each : failure.fixes()) {
            Optional<String> changed = changed(each, failure);
            if (changed.isEmpty()) {
                continue;
            } else if (!safety.allows(Safety.CONDITIONAL)) {
                left(
                        each,
                        failure,
                        "only a build shows whether it mends the failure: safety conditional or verify build");
                return;
            }
            String condition =
                    "it mends the failure, of which no build is proof yet (odds %.2f)".formatted(each.odds());
            made.add(made(each, failure, Optional.of(condition)));
            text = changed.get();
            return;
        }
    }

    /** Tries fixes by builds until one succeeds, failure after failure. @return whether one did; if not, nothing is changed */
    boolean prove(ProvingBuilds builds) {
        Set<String> seen = new HashSet<>();
        Optional<Diagnosis> next = Optional.of(failure);
        for (int i = 0; i < MOST_FAILURES && next.isPresent(); i++) {
            seen.add(next.get().fingerprint());
            next = tried(next.get(), builds);
            if (builds.builds(text)) {
                return true;
            }
            // What was told of may not be what fails here.
            next = next.or(() -> builds.failure(text).map(log -> diagnosis(log, text)))
                    .filter(each -> !seen.contains(each.fingerprint()));
        }
        made.forEach(each -> left.add(new Repaired.Left(
                each.code(), each.line(), each.what(), "the build gets further with it, and fails all the same")));
        made.clear();
        text = original;
        return false;
    }

    /** Makes the first fix that lets the build succeed, else the first that lets it get further. @return the next failure */
    private Optional<Diagnosis> tried(Diagnosis now, ProvingBuilds builds) {
        record Further(Fix fix, String text, Diagnosis next) {}
        Optional<Further> further = Optional.empty();
        for (Fix each : now.fixes()) {
            Optional<String> changed = changed(each, now);
            if (changed.isEmpty()) {
                continue;
            }
            Optional<Diagnosis> next = builds.failure(changed.get()).map(log -> diagnosis(log, changed.get()));
            boolean worked = next.isEmpty() || isLater(now, text, next.get(), changed.get());
            learning.feedback(tenant, now.kind(), now.fingerprint(), each.id(), worked);
            if (next.isEmpty()) {
                made.add(made(each, now, Optional.empty()));
                text = changed.get();
                return Optional.empty();
            } else if (worked && further.isEmpty()) {
                further = Optional.of(new Further(each, changed.get(), next.get()));
            } else {
                left(each, now, "the image does not build with it");
            }
        }
        further.ifPresent(each -> {
            made.add(made(each.fix(), now, Optional.empty()));
            text = each.text();
        });
        return further.map(Further::next);
    }

    /** Whether another failure stands at the same instruction or after it, counted from the end. */
    private static boolean isLater(Diagnosis old, String oldText, Diagnosis next, String nextText) {
        return !next.fingerprint().equals(old.fingerprint())
                && next.instruction().isPresent()
                && (old.instruction().isEmpty() || rest(next, nextText) <= rest(old, oldText));
    }

    private static long rest(Diagnosis one, String text) {
        int line = one.instruction().orElseThrow().line();
        return Recipe.of(text).instructions().stream()
                .filter(each -> each.line() >= line)
                .count();
    }

    /** The file with a fix; empty for one that is no change of the file, or is made already. */
    private Optional<String> changed(Fix fix, Diagnosis of) {
        if (!fix.automatic() || fix.edits().isEmpty()) {
            return Optional.empty();
        }
        List<Edit> edits = new ArrayList<>(fix.edits());
        edits.sort(Comparator.comparingInt(Edit::line).reversed());
        String changed = text;
        for (Edit each : edits) {
            if (!each.file().equals(Edit.DOCKERFILE)) {
                left(fix, of, "it is a change of %s, line %d: %s".formatted(each.file(), each.line(), each.with()));
                return Optional.empty();
            } else if (each.line() == 0) {
                left(fix, of, "the step that failed is not in this file");
                return Optional.empty();
            } else if (isThere(each)) {
                left(fix, of, "the file has it already");
                return Optional.empty();
            }
            changed = each.apply(changed);
        }
        return Optional.of(changed).filter(each -> !each.equals(text));
    }

    /** Whether what is to be inserted stands in the file, perhaps joined with another step. */
    private boolean isThere(Edit edit) {
        boolean inserts = edit.until() < edit.line();
        return inserts
                && edit.with()
                        .lines()
                        .allMatch(each -> each.startsWith("RUN ")
                                ? text.contains(each.substring(4))
                                : text.lines()
                                        .limit(edit.line() - 1)
                                        .anyMatch(line -> line.strip().equals(each.strip())));
    }

    private Repaired.Made made(Fix fix, Diagnosis of, Optional<String> condition) {
        return new Repaired.Made(
                of.kind().name(),
                line(of),
                SecretText.text(fix.what()),
                condition,
                Optional.of(of.fingerprint()),
                Optional.of(fix.id()));
    }

    private void left(Fix fix, Diagnosis of, String why) {
        left.add(new Repaired.Left(of.kind().name(), line(of), SecretText.text(fix.what()), SecretText.text(why)));
    }

    private int line(Diagnosis of) {
        return of.instruction().map(each -> origin(each.line())).orElse(1);
    }

    /** The line of the file as it was that a line of the mended one comes from. */
    private int origin(int line) {
        int moved = 0;
        for (AbstractDelta<String> each :
                DiffUtils.diff(original.lines().toList(), text.lines().toList()).getDeltas()) {
            int from = each.getTarget().getPosition() + 1;
            if (line < from) {
                break;
            } else if (line < from + each.getTarget().size()) {
                return each.getSource().getPosition()
                        + Math.max(1, Math.min(line - from + 1, each.getSource().size()));
            }
            moved = each.getSource().getPosition()
                    + each.getSource().size()
                    - each.getTarget().getPosition()
                    - each.getTarget().size();
        }
        return line + moved;
    }
}
