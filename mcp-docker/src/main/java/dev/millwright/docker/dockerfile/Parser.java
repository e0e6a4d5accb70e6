package dev.millwright.docker.dockerfile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads a Dockerfile line by line. */
final class Parser {
    /** Bytes of a line that Docker reads. */
    private static final int MAX_LINE = 65_535;

    private final String text;
    private final List<Comment> comments = new ArrayList<>();
    private final List<Instruction> instructions = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Directives directives = new Directives(problems);
    private int[] lines = new int[64];
    private int line;
    private int next;

    /** Of the line that was read last, without its line break. */
    private int start;

    private int end;
    private List<Comment> pending = new ArrayList<>();

    Parser(String text) {
        this.text = text;
    }

    Dockerfile read() {
        if (text.startsWith("\ufeff")) {
            next = 1;
        }
        while (advance()) {
            readLine();
        }
        if (line == 0) {
            lines[line++] = 0;
        }
        lines[0] = 0;
        List<Problem> refused = new ArrayList<>(problems);
        refused.addAll(Acceptance.of(instructions, directives.escape(), new Span(0, text.length())));
        refused.sort(
                (one, other) -> Integer.compare(one.span().start(), other.span().start()));
        return new Dockerfile(
                text,
                directives.escape(),
                directives.all(),
                comments,
                instructions,
                refused,
                Arrays.copyOf(lines, line));
    }

    private boolean advance() {
        if (next >= text.length()) {
            return false;
        }
        start = next;
        int feed = text.indexOf('\n', start);
        next = feed < 0 ? text.length() : feed + 1;
        end = feed < 0 ? text.length() : feed;
        while (end > start && text.charAt(end - 1) == '\r') {
            end--;
        }
        if (line == lines.length) {
            lines = Arrays.copyOf(lines, line * 2);
        }
        lines[line++] = start;
        int feedless = feed < 0 ? next : next - 1;
        if (feedless - start > MAX_LINE / 3 && bytes(start, feedless) > MAX_LINE) {
            problems.add(new Problem(
                    new Span(start, end), line, "dockerfile line greater than max allowed size of " + MAX_LINE));
        }
        return true;
    }

    private int bytes(int from, int to) {
        return text.substring(from, to).getBytes(StandardCharsets.UTF_8).length;
    }

    private void readLine() {
        int from = Blank.skip(text, start, end);
        if (from < end && text.charAt(from) == '#') {
            if (!directives.read(text, new Span(from, end), line)) {
                comment(from);
            }
            return;
        }
        directives.close();
        int cut = continuation(from);
        if (cut < 0 && from == end) {
            return;
        }
        int firstLine = line;
        List<Span> blanks = new ArrayList<>();
        Logical.Builder whole = new Logical.Builder().add(text, from, cut < 0 ? end : cut);
        int last = end;
        int lastLine = line;
        while (cut >= 0 && advance()) {
            int inner = Blank.skip(text, start, end);
            if (inner == end) {
                blanks.add(new Span(start, end));
            } else if (text.charAt(inner) == '#') {
                comment(inner);
            } else {
                cut = continuation(start);
                whole.add(text, start, cut < 0 ? end : cut);
                last = end;
                lastLine = line;
            }
        }
        end = last;
        int before = line;
        Draft draft = new Draft(whole.build(), pending, blanks, firstLine);
        pending = new ArrayList<>();
        Instruction read = instruction(draft, false);
        instructions.add(finished(read, from, line == before ? lastLine : line));
    }

    /** What is known of an instruction before its arguments are read. */
    private record Draft(Logical whole, List<Comment> comments, List<Span> blanks, int line) {}

    private Instruction finished(Instruction read, int from, int lastLine) {
        return new Instruction(
                read.keyword(),
                read.name(),
                read.flags(),
                read.arguments(),
                read.json(),
                read.words(),
                read.pairs(),
                read.heredocs(),
                read.trigger(),
                read.comments(),
                read.blanks(),
                new Span(from, Math.max(end, from)),
                read.line(),
                lastLine);
    }

    private void comment(int from) {
        Comment comment = new Comment(text.substring(from + 1, end).strip(), new Span(from, end), line);
        comments.add(comment);
        pending.add(comment);
    }

    /** Where the escape stands that continues the line of {@code start} to {@code end}, or -1. */
    private int continuation(int from) {
        int at = end;
        while (at > from && (text.charAt(at - 1) == ' ' || text.charAt(at - 1) == '\t')) {
            at--;
        }
        char escape = directives.escape();
        if (at == from || text.charAt(at - 1) != escape) {
            return -1;
        }
        return at - 1 > from && text.charAt(at - 2) == escape ? -1 : at - 1;
    }

    private Instruction instruction(Draft draft, boolean inner) {
        Logical whole = Blank.strip(draft.whole());
        String line = whole.text();
        int nameEnd = 0;
        while (nameEnd < line.length() && !Blank.separates(line.charAt(nameEnd))) {
            nameEnd++;
        }
        Word name = whole.word(0, nameEnd);
        Keyword keyword = Keyword.of(name.text());
        Logical rest = Blank.strip(whole.part(nameEnd, line.length()));
        List<Flag> flags = new ArrayList<>();
        int after = rest.length() == 0 ? 0 : Words.flags(rest, flags);
        Logical arguments = Blank.strip(rest.part(after, rest.length()));

        Arguments read = Arguments.read(keyword, arguments, directives.escape());
        read.problem().ifPresent(each -> problems.add(new Problem(whole.span(), draft.line(), each)));
        Optional<Instruction> trigger = Optional.empty();
        List<Heredoc> heredocs = List.of();
        if (keyword == Keyword.ONBUILD && arguments.length() > 0 && !inner) {
            trigger = Optional.of(
                    instruction(new Draft(arguments, draft.comments(), draft.blanks(), draft.line()), true));
            heredocs = trigger.get().heredocs();
        } else if ((keyword == Keyword.RUN || keyword == Keyword.COPY || keyword == Keyword.ADD)
                && !read.json()
                && line.contains("<<")) {
            heredocs = heredocs(whole, draft.line());
        }
        return new Instruction(
                keyword,
                name,
                flags,
                arguments,
                read.json(),
                read.words(),
                read.pairs(),
                heredocs,
                trigger,
                draft.comments(),
                draft.blanks(),
                whole.span(),
                draft.line(),
                draft.line());
    }

    private List<Heredoc> heredocs(Logical whole, int firstLine) {
        List<Heredoc> heredocs = new ArrayList<>();
        for (Heredocs.Marker each : Heredocs.markers(whole)) {
            int from = next;
            Logical.Builder content = null;
            boolean ended = false;
            Span last = new Span(end, end);
            while (!ended && advance()) {
                int tabs = start;
                while (each.chomp() && tabs < end && text.charAt(tabs) == '\t') {
                    tabs++;
                }
                if (end - tabs == each.name().length() && text.startsWith(each.name(), tabs)) {
                    ended = true;
                    last = new Span(tabs, end);
                } else {
                    content = (content == null ? new Logical.Builder() : content).add(text, tabs, next);
                    last = new Span(end, end);
                }
            }
            if (!ended) {
                problems.add(new Problem(each.span(), firstLine, "unterminated heredoc"));
            }
            Logical lines = content == null ? Logical.of(text, from, from) : content.build();
            heredocs.add(new Heredoc(each.name(), each.expand(), each.chomp(), each.span(), lines, last));
        }
        return heredocs;
    }
}
