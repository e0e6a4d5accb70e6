package dev.millwright.docker.repair;

import dev.millwright.docker.dockerfile.Dockerfile;
import dev.millwright.docker.dockerfile.Edit;
import dev.millwright.docker.lint.Finding;
import dev.millwright.docker.lint.Linter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Fixes findings one kind after the other, until none is left that can be. A fix stays only when its finding is gone,
 * no other has come, and Docker refuses nothing that it took before; so each makes the findings fewer, the work ends,
 * and a second run finds nothing to do.
 */
public final class Repair {
    /** Characters that are checked again, at most: a thousand changes of a file of 10,000. What is left takes another run. */
    private static final int MAX_WORK = 10_000_000;

    /** Findings that are fixed at once. */
    private static final int MAX_TOGETHER = 500;

    private final RepairOptions options;
    private final List<Repaired.Made> made = new ArrayList<>();
    private final Set<Repaired.Left> left = new LinkedHashSet<>();
    private Lines lines;
    private Dockerfile file;
    private List<Finding> findings;
    private long work;

    private Repair(String text, RepairOptions options) {
        this.options = options;
        this.lines = Lines.of(text);
        this.file = Dockerfile.parse(text);
        this.findings = lint(file);
    }

    public static Repaired of(String text, RepairOptions options) {
        Repair repair = new Repair(text, options);
        int before;
        do {
            before = repair.made.size();
            repair.left.clear();
            Fixers.codes().forEach(repair::all);
        } while (repair.made.size() > before && repair.work <= MAX_WORK);
        List<Repaired.Made> made = new ArrayList<>(repair.made);
        made.sort(Comparator.comparingInt(Repaired.Made::line));
        List<Repaired.Left> left = new ArrayList<>(repair.left);
        left.sort(Comparator.comparingInt(Repaired.Left::line));
        return new Repaired(repair.file.text(), made, left);
    }

    private List<Finding> lint(Dockerfile one) {
        return Linter.lint(one, options.config(), options.around());
    }

    private List<Finding> of(String code) {
        return findings.stream()
                .filter(each -> each.code().equals(code) && options.wanted().test(each))
                .toList();
    }

    /** All findings of a code: at once where that goes well, else one by one. */
    private void all(String code) {
        List<Finding> open = of(code);
        if (open.size() > 1 && !Fixers.oneForMany(code)) {
            together(code, open);
            open = of(code);
        }
        for (int at = 0; at < open.size() && work <= MAX_WORK; ) {
            if (one(code, open.get(at))) {
                open = of(code);
            } else {
                at++;
            }
        }
    }

    private void together(String code, List<Finding> open) {
        Site site = new Site(file, options.bases());
        List<Edit> edits = new ArrayList<>();
        List<Repaired.Made> some = new ArrayList<>();
        for (Finding each : open.subList(0, Math.min(open.size(), MAX_TOGETHER))) {
            Optional<Fix> fix = Fixers.of(code).fix(each, site).stream()
                    .filter(this::isWanted)
                    .findFirst()
                    .filter(one -> edits.stream().noneMatch(one::conflicts));
            if (fix.isPresent()) {
                edits.addAll(fix.get().edits());
                some.add(made(code, each, fix.get()));
            }
        }
        if (some.size() > 1) {
            tried(code, edits, some);
        }
    }

    private boolean isWanted(Fix fix) {
        return options.safety().allows(fix.safety()) && (!fix.guess() || options.proves());
    }

    /** Tries the ways to fix a finding. @return whether one went well */
    private boolean one(String code, Finding finding) {
        int line = lines.origin(finding.line());
        List<Fix> fixes = Fixers.of(code).fix(finding, new Site(file, options.bases()));
        if (fixes.isEmpty() && !finding.instruction().acting().heredocs().isEmpty()) {
            left.add(new Repaired.Left(
                    code, line, "change the heredoc", "no change of this script is known to keep what it does"));
        }
        for (Fix fix : fixes) {
            String condition = fix.condition().orElse("");
            if (!options.safety().allows(fix.safety())) {
                left.add(new Repaired.Left(code, line, fix.what(), "only if " + condition));
            } else if (!isWanted(fix)) {
                left.add(new Repaired.Left(code, line, fix.what(), "only a build shows whether " + condition));
            } else {
                Optional<String> refusal = tried(code, fix.edits(), List.of(made(code, finding, fix)));
                if (refusal.isEmpty()) {
                    return true;
                }
                left.add(new Repaired.Left(code, line, fix.what(), refusal.get()));
            }
        }
        return false;
    }

    private Repaired.Made made(String code, Finding finding, Fix fix) {
        return new Repaired.Made(
                code, lines.origin(finding.line()), fix.what(), fix.condition(), Optional.empty(), Optional.empty());
    }

    /** Makes the edits, and keeps them where all is well. @return why it is not */
    private Optional<String> tried(String code, List<Edit> edits, List<Repaired.Made> fixes) {
        work += file.text().length();
        if (work > MAX_WORK) {
            return Optional.of("too much for one run; run it again");
        }
        String text = Edit.apply(file.text(), edits);
        Dockerfile after = Dockerfile.parse(text);
        if (after.problems().size() > file.problems().size()) {
            return Optional.of(
                    "Docker would refuse it: " + after.problems().getLast().message());
        }
        List<Finding> found = lint(after);
        Map<String, Integer> old = counts(findings);
        Map<String, Integer> now = counts(found);
        if (now.getOrDefault(code, 0) >= old.getOrDefault(code, 0)) {
            return Optional.of("the finding would stay");
        }
        for (Map.Entry<String, Integer> each : now.entrySet()) {
            if (each.getValue() > old.getOrDefault(each.getKey(), 0) && !Fixers.reveals(code, each.getKey())) {
                return Optional.of("it would bring " + each.getKey());
            }
        }
        if (!options.builds().test(text)) {
            return Optional.of("the image does not build with it");
        }
        lines = lines.after(file.text(), edits, text);
        file = after;
        findings = found;
        made.addAll(fixes);
        return Optional.empty();
    }

    private static Map<String, Integer> counts(List<Finding> findings) {
        return findings.stream().collect(Collectors.toMap(Finding::code, each -> 1, Integer::sum, TreeMap::new));
    }
}
