package dev.millwright.k8s.logs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Takes stack traces out of lines, one line after the other: Java, Kotlin, Node, .NET, Python, Go, Ruby, PHP, Rust.
 * Equal ones are counted.
 */
final class Traces {
    private static final Pattern AT = Pattern.compile("^\\s+at \\S.*|^at \\S+ ?\\(.*\\)$");
    private static final Pattern JVM_FRAME = Pattern.compile(
            ".*\\((?:[\\w$]+\\.(?:java|kt|scala|groovy):\\d+|Native Method|Unknown Source|<generated>)\\).*");
    private static final Pattern NODE_FRAME = Pattern.compile(".*:\\d+:\\d+\\)?$");
    private static final Pattern MORE = Pattern.compile("^\\s*\\.\\.\\. \\d+ (?:more|common frames omitted).*");
    private static final Pattern CAUSED = Pattern.compile("^\\s*(?:Caused by|Suppressed): .*|^ ---> .*");
    private static final Pattern DOTNET_SEAM = Pattern.compile("^\\s*--- End of .*");
    private static final Pattern PYTHON_START = Pattern.compile("^\\s*Traceback \\(most recent call last\\):.*");
    private static final Pattern PYTHON_LINK =
            Pattern.compile("^(?:During handling of the above|The above exception was the direct cause).*");
    private static final Pattern GO_START = Pattern.compile("^(?:panic: |fatal error: ).*");
    private static final Pattern GO_INSIDE = Pattern.compile(
            "^goroutine \\d+ .*|^\\s+\\S+\\.(?:go|s):\\d+.*|^created by .*|^[\\w./*()\\[\\]{}·-]+\\(.*\\)$|^\\[signal .*|^\\s+panic: .*");
    private static final Pattern RUBY_FRAME = Pattern.compile("^\\s+(?:\\d+: )?from \\S+:\\d+:in .*");
    private static final Pattern PHP_START = Pattern.compile("^(?:PHP )?Stack trace:$");
    private static final Pattern PHP_FRAME = Pattern.compile("^(?:PHP +\\d+\\. |#\\d+ ).*|^\\s+thrown in .*");
    private static final Pattern RUST_START = Pattern.compile("^thread '.*' (?:\\(\\d+\\) )?panicked at .*");

    private static final int MOST = 200;
    private static final int MOST_FRAMES = 12;
    private static final int MOST_LINES = 2_000;
    private static final int MOST_HEADLINE_LINES = 6;

    private static final class Open {
        private final String language;
        private final LogLine start;
        private String headline;
        private Optional<String> cause = Optional.empty();
        private final List<String> frames = new ArrayList<>();
        private int lines;
        private boolean seam;

        Open(String language, String headline, LogLine start) {
            this.language = language;
            this.headline = headline;
            this.start = start;
        }

        void frame(String text) {
            if (frames.size() < MOST_FRAMES) {
                frames.add(text.strip());
            }
        }
    }

    private final Map<String, Trace> found = new LinkedHashMap<>();
    private final List<LogLine> before = new ArrayList<>();
    private Optional<Open> open = Optional.empty();

    /** Takes a line. @return whether it is the inside of a trace, which is no message of its own */
    boolean add(LogLine line) {
        boolean inside = line.stack().isEmpty() ? inside(line) : structured(line);
        if (!inside && !line.isBlank()) {
            before.add(line);
            if (before.size() > MOST_HEADLINE_LINES) {
                before.removeFirst();
            }
        }
        return inside;
    }

    private boolean structured(LogLine line) {
        close();
        Traces alone = new Traces();
        line.stack().forEach(each -> alone.add(new LogLine(line.at(), line.level(), each, each, List.of())));
        alone.all().forEach(this::count);
        return false;
    }

    private boolean inside(LogLine line) {
        String text = line.message();
        if (open.isPresent()) {
            if (continues(open.get(), text)) {
                return true;
            }
            close();
        }
        if (text.isEmpty() || " \taSPTpft".indexOf(text.charAt(0)) < 0) {
            // No trace begins like this.
            return false;
        }
        if (AT.matcher(text).matches() && !before.isEmpty()) {
            String language = JVM_FRAME.matcher(text).matches()
                    ? "java"
                    : NODE_FRAME.matcher(text).matches() ? "node" : "dotnet";
            begin(language, headline(), before.getLast()).frame(text);
            return true;
        } else if (RUBY_FRAME.matcher(text).matches() && !before.isEmpty()) {
            begin("ruby", before.getLast().message(), before.getLast()).frame(text);
            return true;
        } else if (PHP_START.matcher(text).matches() && !before.isEmpty()) {
            begin("php", before.getLast().message(), before.getLast());
            return true;
        } else if (PYTHON_START.matcher(text).matches()) {
            begin("python", "", line);
            return true;
        } else if (GO_START.matcher(text).matches()) {
            begin("go", text, line);
        } else if (RUST_START.matcher(text).matches()) {
            begin("rust", text, line);
        }
        return false;
    }

    private Open begin(String language, String headline, LogLine start) {
        Open fresh = new Open(language, headline, start);
        open = Optional.of(fresh);
        return fresh;
    }

    /** The nearest of the lines before that names an exception; else the one just before. */
    private String headline() {
        for (int i = before.size() - 1; i >= 0; i--) {
            if (Decisive.namesException(before.get(i).message())) {
                return before.get(i).message();
            }
        }
        return before.getLast().message();
    }

    private boolean continues(Open trace, String text) {
        if (++trace.lines > MOST_LINES) {
            return false;
        }
        return switch (trace.language) {
            case "python" -> python(trace, text);
            case "go" -> go(trace, text);
            case "rust" -> rust(trace, text);
            case "ruby" -> framed(trace, text, RUBY_FRAME.matcher(text).matches());
            case "php" -> framed(trace, text, PHP_FRAME.matcher(text).matches());
            default -> dotted(trace, text);
        };
    }

    private static boolean framed(Open trace, String text, boolean is) {
        if (is) {
            trace.frame(text);
        }
        return is;
    }

    private static boolean dotted(Open trace, String text) {
        if (AT.matcher(text).matches()) {
            trace.frame(text);
            return true;
        } else if (CAUSED.matcher(text).matches()) {
            trace.cause = Optional.of(text.strip().replaceFirst("^(?:Caused by: |Suppressed: |---> )", ""));
            return true;
        }
        return MORE.matcher(text).matches() || DOTNET_SEAM.matcher(text).matches();
    }

    /** Frames are indented; the first line that is not ends it and says what went wrong. */
    private boolean python(Open trace, String text) {
        if (text.isBlank() || PYTHON_LINK.matcher(text).matches()) {
            return true;
        } else if (PYTHON_START.matcher(text).matches()) {
            trace.seam = false;
            return true;
        } else if (trace.seam) {
            return false;
        } else if (text.startsWith(" ") || text.startsWith("\t")) {
            if (text.strip().startsWith("File ")) {
                trace.frame(text);
            }
            return true;
        }
        if (!trace.headline.isEmpty()) {
            trace.cause = Optional.of(trace.cause.orElse(trace.headline));
        }
        trace.headline = text;
        trace.seam = true;
        // The headline is a message of its own, and what follows may be another trace that came of it.
        return false;
    }

    private static boolean go(Open trace, String text) {
        if (text.isBlank()) {
            return true;
        }
        boolean inside = GO_INSIDE.matcher(text).matches();
        if (inside && !text.startsWith("goroutine ") && !text.startsWith("[signal ")) {
            trace.frame(text);
        }
        return inside;
    }

    private static boolean rust(Open trace, String text) {
        if (trace.lines == 1 && trace.headline.endsWith(":")) {
            trace.headline = trace.headline + " " + text;
            return true;
        }
        return framed(
                trace,
                text,
                text.startsWith("note: ")
                        || text.startsWith("stack backtrace:")
                        || text.startsWith("  ")
                        || text.isBlank());
    }

    private void close() {
        open.filter(each -> !each.headline.isEmpty())
                .ifPresent(each -> count(new Trace(
                        each.language, each.headline, each.cause, each.frames, 1, each.start.at(), each.start.at())));
        open = Optional.empty();
    }

    private void count(Trace trace) {
        String key = trace.language() + "\n" + Shape.of(trace.headline()) + "\n"
                + Shape.of(trace.cause().orElse("")) + "\n"
                + String.join(
                        "\n",
                        trace.frames().subList(0, Math.min(4, trace.frames().size())).stream()
                                .map(each -> each.replaceAll("0x[0-9a-f]{1,16}", ""))
                                .toList());
        Trace known = found.get(key);
        if (known != null) {
            found.put(
                    key,
                    new Trace(
                            known.language(),
                            known.headline(),
                            known.cause(),
                            known.frames(),
                            known.count() + trace.count(),
                            Times.earlier(known.first(), trace.first()),
                            Times.later(known.last(), trace.last())));
        } else if (found.size() < MOST) {
            found.put(key, trace);
        }
    }

    /** Here one log ends. */
    void end() {
        close();
        before.clear();
    }

    /** All traces, in order of appearance; the one that is still open ends here. */
    List<Trace> all() {
        close();
        return List.copyOf(found.values());
    }
}
