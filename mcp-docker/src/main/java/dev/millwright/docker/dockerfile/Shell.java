package dev.millwright.docker.dockerfile;

import dev.millwright.docker.dockerfile.ShellCommand.Joint;
import dev.millwright.docker.dockerfile.ShellCommand.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Takes a script of a POSIX shell, with the common words of bash, apart into its commands. */
public final class Shell {
    /**
     * The commands in order, those of {@code $( )} before the one whose words they make.
     *
     * @param complete false where the script could not be followed to its end; the commands found until then are there
     */
    public record Script(List<ShellCommand> commands, boolean complete) {}

    private static final int MAX_DEPTH = 60;
    private static final Set<String> ENDS = Set.of("then", "do", "done", "elif", "else", "fi", "esac", "}");

    private final Logical logical;
    private final ShellWords words;
    private final List<ShellCommand> commands = new ArrayList<>();
    private int pipelines;

    private Shell(Logical logical, int start, int end) {
        this.logical = logical;
        this.words = new ShellWords(logical, start, end, this::substitution);
    }

    public static Script parse(Logical script) {
        Shell shell = new Shell(script, 0, script.length());
        boolean complete;
        try {
            shell.list(Place.TOP, 0, Set.of());
            complete = shell.words.atEnd();
        } catch (Unfinished e) {
            complete = false;
        }
        return new Script(List.copyOf(shell.commands), complete);
    }

    public static Script parse(String script) {
        return parse(Logical.of(script));
    }

    private void substitution(int start, int end) throws Unfinished {
        Shell inner = new Shell(logical, start, end);
        inner.pipelines = pipelines;
        inner.words.nested(words);
        inner.list(Place.SUBSTITUTION, inner.words.depth(), Set.of());
        if (!inner.words.atEnd()) {
            throw new Unfinished();
        }
        pipelines = inner.pipelines;
        commands.addAll(inner.commands);
    }

    /** Reads commands up to a word of {@code ends}, which is read too and given back; "" at the end or a parenthesis. */
    private String list(Place place, int depth, Set<String> ends) throws Unfinished {
        if (depth > MAX_DEPTH) {
            throw new Unfinished();
        }
        Joint before = Joint.NONE;
        while (true) {
            words.skipLines();
            if (words.atEnd() || words.sees(")") || words.sees(";;")) {
                return "";
            }
            String keyword = words.keyword();
            if (ENDS.contains(keyword)) {
                if (ends.contains(keyword)) {
                    words.take(keyword);
                    return keyword;
                }
                throw new Unfinished();
            }
            if (before != Joint.PIPE) {
                pipelines++;
            }
            int first = commands.size();
            command(keyword, place, depth, before);
            before = joint();
            after(first, depth, before);
        }
    }

    private Joint joint() throws Unfinished {
        words.skip();
        if (words.atEnd() || words.sees(")") || words.sees(";;")) {
            return Joint.NONE;
        } else if (words.accept("&&")) {
            return Joint.AND;
        } else if (words.accept("||")) {
            return Joint.OR;
        } else if (words.accept("|&") || words.accept("|")) {
            return Joint.PIPE;
        } else if (words.accept("&")) {
            return Joint.BACKGROUND;
        } else if (words.accept(";") || words.acceptLine()) {
            return Joint.THEN;
        }
        throw new Unfinished();
    }

    /** Tells the command just read what follows it. */
    private void after(int first, int depth, Joint joint) {
        for (int i = commands.size() - 1; i >= first; i--) {
            ShellCommand one = commands.get(i);
            if (one.depth() == depth && one.place() != Place.SUBSTITUTION || i == first && one.depth() == depth) {
                commands.set(
                        i,
                        new ShellCommand(
                                one.assignments(),
                                one.words(),
                                one.redirects(),
                                one.before(),
                                joint,
                                one.depth(),
                                one.place(),
                                one.pipeline(),
                                one.span()));
                return;
            }
        }
    }

    private void command(String first, Place place, int depth, Joint before) throws Unfinished {
        if (depth > MAX_DEPTH) {
            throw new Unfinished();
        }
        String keyword = first;
        while (keyword.equals("!")) {
            words.take("!");
            words.skip();
            keyword = words.keyword();
        }
        switch (keyword) {
            case "(" -> {
                if (words.acceptArithmetic()) {
                    return;
                }
                words.accept("(");
                list(Place.SUBSHELL, depth + 1, Set.of());
                expect(")");
                redirects();
            }
            case "{" -> {
                words.take("{");
                until(Place.GROUP, depth, "}");
                redirects();
            }
            case "if" -> {
                words.take("if");
                until(Place.CONDITION, depth, "then");
                String next = until(Place.BRANCH, depth, "elif", "else", "fi");
                while (!next.equals("fi")) {
                    if (next.equals("elif")) {
                        until(Place.CONDITION, depth, "then");
                    }
                    next = next.equals("else")
                            ? until(Place.BRANCH, depth, "fi")
                            : until(Place.BRANCH, depth, "elif", "else", "fi");
                }
                redirects();
            }
            case "while", "until" -> {
                words.take(keyword);
                until(Place.CONDITION, depth, "do");
                until(Place.LOOP, depth, "done");
                redirects();
            }
            case "for", "select" -> loop(place, depth, before);
            case "case" -> choice(place, depth, before);
            case "function" -> {
                words.take("function");
                words.skip();
                words.word();
                words.skip();
                if (words.accept("(")) {
                    expect(")");
                }
                function(depth);
            }
            default -> simple(place, depth, before);
        }
    }

    private String until(Place place, int depth, String... ends) throws Unfinished {
        String end = list(place, depth + 1, Set.of(ends));
        if (end.isEmpty()) {
            throw new Unfinished();
        }
        return end;
    }

    private void function(int depth) throws Unfinished {
        words.skipLines();
        String keyword = words.keyword();
        if (keyword.equals("{")) {
            words.take("{");
            until(Place.FUNCTION, depth, "}");
            redirects();
        } else {
            command(keyword, Place.FUNCTION, depth + 1, Joint.NONE);
        }
    }

    private void loop(Place place, int depth, Joint before) throws Unfinished {
        int start = words.at();
        List<ShellWord> head = new ArrayList<>(List.of(words.word()));
        words.skip();
        if (words.sees("(")) {
            if (!words.acceptArithmetic()) {
                throw new Unfinished();
            }
        } else {
            while (words.skip() && words.seesWord()) {
                head.add(words.word());
            }
        }
        add(List.of(), head, List.of(), before, depth, place, start);
        words.skip();
        words.accept(";");
        words.skipLines();
        if (!words.keyword().equals("do")) {
            throw new Unfinished();
        }
        words.take("do");
        until(Place.LOOP, depth, "done");
        redirects();
    }

    private void choice(Place place, int depth, Joint before) throws Unfinished {
        int start = words.at();
        List<ShellWord> head = new ArrayList<>(List.of(words.word()));
        words.skip();
        head.add(words.word());
        add(List.of(), head, List.of(), before, depth, place, start);
        words.skipLines();
        words.take("in");
        while (true) {
            words.skipLines();
            if (words.keyword().equals("esac")) {
                words.take("esac");
                redirects();
                return;
            }
            words.accept("(");
            do {
                words.skip();
                words.word();
                words.skip();
            } while (words.accept("|"));
            expect(")");
            String end = list(Place.BRANCH, depth + 1, Set.of("esac"));
            if (end.equals("esac")) {
                redirects();
                return;
            }
            if (!words.accept(";;&")) {
                expect(";;");
            }
        }
    }

    private void simple(Place place, int depth, Joint before) throws Unfinished {
        int start = words.at();
        List<ShellWord> assignments = new ArrayList<>();
        List<ShellWord> own = new ArrayList<>();
        List<Redirect> redirects = new ArrayList<>();
        int end = start;
        while (true) {
            if (words.seesRedirect()) {
                redirects.add(words.redirect());
            } else if (words.seesWord()) {
                boolean assigns = own.isEmpty() && words.seesAssignment();
                (assigns ? assignments : own).add(words.word());
            } else if (words.sees("(") && own.size() == 1 && end == words.at()) {
                words.accept("(");
                words.skip();
                expect(")");
                function(depth);
                return;
            } else {
                break;
            }
            end = words.at();
            words.skip();
        }
        if (end == start) {
            throw new Unfinished();
        }
        commands.add(new ShellCommand(
                assignments, own, redirects, before, Joint.NONE, depth, place, pipelines, logical.span(start, end)));
    }

    private void add(
            List<ShellWord> assignments,
            List<ShellWord> own,
            List<Redirect> redirects,
            Joint before,
            int depth,
            Place place,
            int start) {
        commands.add(new ShellCommand(
                assignments,
                own,
                redirects,
                before,
                Joint.NONE,
                depth,
                place,
                pipelines,
                logical.span(start, words.at())));
    }

    /** What follows a compound command belongs to all of it and is read over. */
    private void redirects() throws Unfinished {
        while (words.skip() && words.seesRedirect()) {
            words.redirect();
        }
    }

    private void expect(String sign) throws Unfinished {
        words.skipLines();
        if (!words.accept(sign)) {
            throw new Unfinished();
        }
    }

    /** The script ends in the middle of something, or holds what this reader does not know. */
    static final class Unfinished extends Exception {
        Unfinished() {
            super("unfinished", null, false, false);
        }
    }
}
