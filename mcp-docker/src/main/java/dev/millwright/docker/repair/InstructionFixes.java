package dev.millwright.docker.repair;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.millwright.docker.dockerfile.Edit;
import dev.millwright.docker.dockerfile.Expansion;
import dev.millwright.docker.dockerfile.Instruction;
import dev.millwright.docker.dockerfile.Keyword;
import dev.millwright.docker.dockerfile.Pair;
import dev.millwright.docker.dockerfile.Shell;
import dev.millwright.docker.dockerfile.Span;
import dev.millwright.docker.dockerfile.Word;
import dev.millwright.docker.lint.Finding;
import dev.millwright.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Fixes of instructions other than {@code RUN}. */
final class InstructionFixes {
    /** Words that are commands of the shell alone, or may be others than the programs of that name. */
    private static final Set<String> OF_SHELL = Set.of(
            ".",
            ":",
            "[",
            "alias",
            "bg",
            "break",
            "builtin",
            "cd",
            "command",
            "continue",
            "eval",
            "exec",
            "exit",
            "export",
            "fg",
            "let",
            "local",
            "read",
            "readonly",
            "return",
            "set",
            "shift",
            "source",
            "times",
            "trap",
            "type",
            "ulimit",
            "umask",
            "unset",
            "wait");

    private InstructionFixes() {}

    static List<Fix> copy(Finding finding, Site site) {
        Word name = finding.instruction().acting().name();
        return List.of(Fix.safe("use COPY", new Edit(name.span(), name.text().equals("add") ? "copy" : "COPY")));
    }

    static List<Fix> maintainer(Finding finding, Site site) {
        Instruction one = finding.instruction().acting();
        String who = one.arguments().text();
        boolean quoted = who.length() > 1 && who.startsWith("\"") && who.endsWith("\"");
        String plain = quoted ? who.substring(1, who.length() - 1) : who;
        if (!one.is(Keyword.MAINTAINER) || plain.matches("(?s).*[\"\\\\`$].*") || who.isBlank()) {
            return List.of();
        }
        String label = one.name().text().equals("maintainer") ? "label" : "LABEL";
        Span all = new Span(one.name().span().start(), one.arguments().span().end());
        return List.of(Fix.safe(
                "use a label", new Edit(all, "%s org.opencontainers.image.authors=\"%s\"".formatted(label, plain))));
    }

    /** {@code ENV a b} becomes {@code ENV a=b}, quoted where blanks need it. */
    static List<Fix> keyValue(Finding finding, Site site) {
        Instruction one = finding.instruction().acting();
        if (one.pairs().size() != 1 || one.pairs().getFirst().value().isEmpty()) {
            return List.of();
        }
        Pair pair = one.pairs().getFirst();
        Word value = pair.value().get();
        Span gap = new Span(pair.name().span().end(), value.span().start());
        char escape = site.file().escape();
        String blank = gap.in(site.text()).replace(String.valueOf(escape), "");
        if (!pair.spaced() || !pair.name().text().matches("[\\w.-]+") || !blank.isBlank()) {
            return List.of();
        }
        boolean simple = value.text().indexOf('"') < 0
                && value.text().indexOf('\'') < 0
                && value.text().indexOf(escape) < 0
                && value.text().indexOf('\\') < 0;
        String quote = simple && value.text().matches("(?s).*\\s.*") ? "\"" : "";
        List<Edit> edits = new ArrayList<>();
        edits.add(new Edit(gap, "=" + quote));
        if (!quote.isEmpty()) {
            edits.add(Edit.insert(value.span().end(), quote));
        } else if (!isOneWord(value.text(), escape)) {
            return List.of();
        }
        return List.of(new Fix(Safety.SAFE, "write key=value", Optional.empty(), false, edits));
    }

    /** Whether no blank stands outside quotes, so that the value is one word as it is written. */
    private static boolean isOneWord(String value, char escape) {
        char quote = 0;
        for (int i = 0; i < value.length(); i++) {
            char one = value.charAt(i);
            if (one == escape && quote != '\'') {
                i++;
            } else if (quote != 0) {
                quote = one == quote ? 0 : quote;
            } else if (one == '"' || one == '\'') {
                quote = one;
            } else if (Character.isWhitespace(one)) {
                return false;
            }
        }
        return quote == 0 && Expansion.problem(value, escape).isEmpty();
    }

    static List<Fix> workdir(Finding finding, Site site) {
        Instruction one = finding.instruction();
        if (!one.is(Keyword.WORKDIR) || one.words().isEmpty()) {
            return List.of();
        }
        Word word = one.words().getFirst();
        Optional<String> path = site.workdir(one).flatMap(prior -> Site.within(prior, word));
        return path
                .filter(each -> each.matches("[\\w./@+-]+"))
                .map(each -> Fix.safe("write the whole path", new Edit(word.span(), each)))
                .stream()
                .toList();
    }

    /** Of several that stand for one setting, those that do not count go. */
    static List<Fix> dead(Finding finding, Site site) {
        Instruction one = finding.instruction();
        if (Site.isAnnotated(one) || !one.heredocs().isEmpty()) {
            return List.of();
        }
        return List.of(Fix.safe("drop it: it does not count", site.withoutLines(one)));
    }

    static List<Fix> folder(Finding finding, Site site) {
        Span span = finding.span();
        String written = span.in(site.text());
        boolean quoted = written.endsWith("\"") || written.endsWith("'");
        return List.of(Fix.safe("end the target with /", Edit.insert(span.end() - (quoted ? 1 : 0), "/")));
    }

    static List<Fix> relativeCopy(Finding finding, Site site) {
        Instruction one = finding.instruction();
        Optional<String> folder = site.workdir(one);
        return folder
                .map(each -> Fix.when(
                        "the base image runs in " + each,
                        "add WORKDIR " + each,
                        site.lineBefore(one, (one.name().text().equals("copy") ? "workdir " : "WORKDIR ") + each)))
                .stream()
                .toList();
    }

    static List<Fix> casing(Finding finding, Site site) {
        long lower = site.file().instructions().stream()
                .map(each -> each.name().text())
                .filter(each -> each.equals(each.toLowerCase(Locale.ROOT)))
                .count();
        long upper = site.file().instructions().stream()
                .map(each -> each.name().text())
                .filter(each -> each.equals(each.toUpperCase(Locale.ROOT)))
                .count();
        String name = finding.instruction().name().text();
        String fitting = upper >= lower ? name.toUpperCase(Locale.ROOT) : name.toLowerCase(Locale.ROOT);
        return List.of(Fix.safe(
                "write " + fitting, new Edit(finding.instruction().name().span(), fitting)));
    }

    static List<Fix> asCasing(Finding finding, Site site) {
        String from = finding.instruction().name().text();
        String as = from.equals(from.toLowerCase(Locale.ROOT)) ? "as" : "AS";
        return List.of(Fix.safe("write " + as, new Edit(finding.span(), as)));
    }

    /** Names of stages mean the same in any case, protocols too. */
    static List<Fix> lower(Finding finding, Site site) {
        String lower = finding.span().in(site.text()).toLowerCase(Locale.ROOT);
        return List.of(Fix.safe("write " + lower, new Edit(finding.span(), lower)));
    }

    static List<Fix> emptyLines(Finding finding, Site site) {
        List<Edit> edits = finding.instruction().blanks().stream()
                .map(each -> site.file().line(each.start()))
                .distinct()
                .filter(line -> line < site.file().lineCount())
                .map(line -> Edit.delete(
                        new Span(site.file().lineStart(line), site.file().lineStart(line + 1))))
                .filter(each -> each.span().in(site.text()).isBlank())
                .toList();
        return edits.isEmpty()
                ? List.of()
                : List.of(new Fix(Safety.SAFE, "drop empty lines", Optional.empty(), false, edits));
    }

    /** The shell form of {@code CMD} and {@code ENTRYPOINT} becomes an array, where a shell has nothing to do. */
    static List<Fix> exec(Finding finding, Site site) {
        Instruction one = finding.instruction();
        Keyword other = one.is(Keyword.CMD) ? Keyword.ENTRYPOINT : Keyword.CMD;
        boolean alone = site.stage(one)
                .map(site::chain)
                .filter(chain -> chain.stream().noneMatch(each -> each.is(other) || each.is(Keyword.SHELL)))
                .isPresent();
        if (!alone || one.is(Keyword.ONBUILD) || site.file().escape() != '\\') {
            return List.of();
        }
        Optional<Shell.Script> script = one.script().map(Shell::parse).filter(Shell.Script::complete);
        Optional<List<String>> words = script.flatMap(each -> RunFixes.plain(each.commands()));
        List<String> argv = words.filter(
                        each -> each.size() > 1 && each.getFirst().equals("exec"))
                .map(each -> each.subList(1, each.size()))
                .or(() -> words)
                .orElse(List.of());
        if (argv.isEmpty()
                || OF_SHELL.contains(argv.getFirst())
                || argv.getFirst().startsWith("-")) {
            return List.of();
        }
        ArrayNode array = Json.array();
        argv.forEach(array::add);
        List<String> quoted = new ArrayList<>();
        array.forEach(each -> quoted.add(Json.write(each)));
        return List.of(Fix.when(
                "%s is a program of the image, and its base sets no ENTRYPOINT".formatted(argv.getFirst()),
                "write it as an array",
                new Edit(one.arguments().span(), "[" + String.join(", ", quoted) + "]")));
    }
}
