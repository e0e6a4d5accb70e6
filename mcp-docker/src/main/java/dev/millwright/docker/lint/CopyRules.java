package dev.millwright.docker.lint;

import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.ShellCommand;
import dev.millwright.docker.dockerfile.ShellWord;
import dev.millwright.docker.dockerfile.Span;
import dev.millwright.docker.dockerfile.Stage;
import dev.millwright.docker.dockerfile.Word;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Rules of {@code COPY} and {@code ADD}. */
final class CopyRules {
    /** What ADD unpacks. */
    private static final Pattern ARCHIVE =
            Pattern.compile(".*\\.(tar|tgz|tbz2?|tb2|txz|tlz|tzst|tar\\.(gz|bz2|xz|lzma|lz|zst|z)|gz|bz2|xz)");

    private static final Pattern TAR = Pattern.compile(".*\\.(tar|tgz|tbz2?|tb2|txz|tlz|tar\\.(gz|bz2|xz|lzma|z))");
    private static final Pattern REMOTE =
            Pattern.compile("(?i)(https?|ftp|git|ssh)://.*|git@.*|.*\\.git(#.*)?|github\\.com/.*");

    private CopyRules() {}

    static void check(Work work) {
        for (Step step : work.steps()) {
            if (step.is(Keyword.ADD)) {
                add(work, step);
            } else if (step.is(Keyword.COPY)) {
                copy(work, step);
            }
        }
        work.stages().all().forEach(stage -> unpacked(work, stage));
    }

    static boolean isRemote(String source) {
        return REMOTE.matcher(source).matches();
    }

    private static void add(Work work, Step step) {
        Instruction one = step.one();
        boolean plain = !one.sources().isEmpty()
                && one.flag("unpack").isEmpty()
                && one.flag("checksum").isEmpty()
                && one.flag("keep-git-dir").isEmpty()
                && one.sources().stream().allMatch(each -> isPlain(each.unquoted()));
        if (plain) {
            work.add("DL3020", step.written(), one.name().span(), "ADD does here what COPY does");
        }
    }

    private static boolean isPlain(String source) {
        String lower = source.toLowerCase(Locale.ROOT);
        return !isRemote(source)
                && !source.contains("$")
                && !source.contains("<<")
                && !ARCHIVE.matcher(lower).matches()
                && !lower.endsWith("*");
    }

    private static void copy(Work work, Step step) {
        Instruction one = step.one();
        if (one.words().size() < 2) {
            return;
        }
        Word target = one.words().getLast();
        String path = target.unquoted();
        boolean folder = path.endsWith("/") || path.endsWith("\\") || path.equals(".") || path.equals("..");
        if (one.words().size() > 2 && !folder && !path.matches(".*\\$(\\w+|\\{[^}]*\\})")) {
            work.add("DL3021", step.written(), target.span(), "%s does not end with /".formatted(path));
        }
        boolean all = one.sources().stream().anyMatch(each -> each.unquoted().equals("/"));
        if (all && path.equals("/") && one.flag("from").isPresent()) {
            work.add("DL3067", step.written(), one.name().span(), "all of the other stage is copied");
        }
        boolean absolute =
                path.startsWith("/") || path.startsWith("$") || path.startsWith("\\") || path.matches("[A-Za-z]:.*");
        if (!absolute && !step.isHeldBack() && !work.isAfterWorkdir(step)) {
            work.add("DL3045", step.written(), target.span(), "%s is relative, and no WORKDIR is set".formatted(path));
        }
    }

    /** Archives that are copied and then unpacked. */
    private static void unpacked(Work work, Stage stage) {
        Map<String, Step> copied = new LinkedHashMap<>();
        for (Step step : work.steps(stage)) {
            Instruction one = step.one();
            if (step.is(Keyword.COPY) && one.flag("from").isEmpty()) {
                for (Word each : one.sources()) {
                    String source = base(each.text());
                    if (TAR.matcher(source).matches()) {
                        copied.put(source, step);
                        String target = base(one.words().getLast().text());
                        if (TAR.matcher(target).matches()) {
                            copied.put(target, step);
                        }
                    }
                }
            }
            for (ShellCommand each : step.commands()) {
                if (each.is("tar") && unpacks(each)) {
                    each.arguments().stream()
                            .map(ShellWord::text)
                            .map(CopyRules::base)
                            .filter(copied::containsKey)
                            .findFirst()
                            .ifPresent(name -> report(work, copied.remove(name), name));
                }
            }
        }
    }

    private static void report(Work work, Step step, String name) {
        Span span = step.one().name().span();
        work.add("DL3010", step.written(), span, "ADD would unpack %s at once".formatted(name));
    }

    private static boolean unpacks(ShellCommand tar) {
        List<ShellWord> arguments = tar.arguments();
        boolean old = !arguments.isEmpty() && arguments.getFirst().text().matches("[a-zA-Z]*x[a-zA-Z]*");
        return old || tar.has("-x", "--extract", "--get");
    }

    /** The last part of a path, of Windows too, in lower case. */
    private static String base(String written) {
        String path = written.replaceAll("[\"']", "").toLowerCase(Locale.ROOT);
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }
}
