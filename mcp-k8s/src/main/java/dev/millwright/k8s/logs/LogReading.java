package dev.millwright.k8s.logs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What there is to know of a log, read line by line in bounded memory. */
public final class LogReading {
    /** Kinds of error that are told apart. */
    private static final int MOST_FAILURES = 500;

    private static final class Counted {
        private final String quote;
        private final String where;
        private final int weight;
        private Optional<Instant> first;
        private Optional<Instant> last;
        private long count;

        Counted(String quote, String where, int weight, Optional<Instant> at) {
            this.quote = quote;
            this.where = where;
            this.weight = weight;
            this.first = at;
            this.last = at;
        }

        Failure failure(Map<String, String> causes) {
            String cause = causes.getOrDefault(quote, "");
            return new Failure(cut(cause.isEmpty() ? quote : cause), where, weight, count, first, last);
        }
    }

    /** Characters of a quote: what a person would read. */
    private static final int LONGEST = 300;

    private final Templates templates = new Templates();
    private final Traces traces = new Traces();
    private final Map<String, Counted> failures = new LinkedHashMap<>();
    private Optional<Counted> lastFailure = Optional.empty();
    private String lastLine = "";
    private long frames;
    private boolean afterTraceback;

    /** The log of one run of one container. */
    public static LogReading of(String text) {
        LogReading reading = new LogReading();
        if (LogText.isLog(text)) {
            LogLine.all(text, false).forEach(line -> reading.add(line, ""));
        }
        return reading;
    }

    /** @param where it comes from, for what is then said of its errors */
    public void add(LogLine line, String where) {
        if (line.isBlank()) {
            templates.add(line);
            return;
        }
        if (traces.add(line)) {
            frames++;
            afterTraceback = line.message().startsWith("  ") || line.message().startsWith("Traceback ");
            return;
        }
        templates.add(line);
        lastLine = line.message();
        int weight = Decisive.weight(line);
        // What stands after a traceback is what ended it, whatever its name.
        if (afterTraceback && Decisive.namesException(line.message())) {
            weight = Decisive.ENDS;
        }
        afterTraceback = false;
        if (weight == Decisive.NOTHING) {
            return;
        }
        String shape = Shape.of(line.message());
        Counted known = failures.get(shape);
        if (known == null && failures.size() < MOST_FAILURES) {
            known = new Counted(line.message().strip(), where, weight, line.at());
            failures.put(shape, known);
        }
        if (known != null) {
            known.count++;
            known.first = Times.earlier(known.first, line.at());
            known.last = Times.later(known.last, line.at());
            boolean newer = lastFailure.isEmpty()
                    || Times.later(lastFailure.get().last, line.at()).equals(line.at())
                    || line.at().isEmpty();
            if (newer && (lastFailure.isEmpty() || weight >= lastFailure.get().weight || weight >= Decisive.NAMES)) {
                lastFailure = Optional.of(known);
            }
        }
    }

    /** Here one log ends; what comes next is of another run or container. */
    public void end() {
        traces.end();
        afterTraceback = false;
    }

    /** Lines read, frames of stack traces too. */
    public long lines() {
        return templates.lines() + frames;
    }

    /** Lines that are the inside of a stack trace; all others are counted by the templates. */
    public long frames() {
        return frames;
    }

    public List<Template> templates() {
        return templates.all();
    }

    public List<Trace> traces() {
        return traces.all();
    }

    /** All errors, those that say most first, then the earliest, then in order of appearance. */
    public List<Failure> failures() {
        Map<String, String> causes = causes();
        return failures.values().stream()
                .map(each -> each.failure(causes))
                .sorted(Comparator.comparingInt(Failure::weight)
                        .reversed()
                        .thenComparing(each -> each.first().orElse(Instant.MIN)))
                .toList();
    }

    /** The error that a person would quote: the first of those that say most. */
    public Optional<Failure> first() {
        return failures().stream().findFirst();
    }

    /** The newest error that names what is wrong; where none does, the newest of those that say most. */
    public Optional<Failure> last() {
        Map<String, String> causes = causes();
        return lastFailure.map(each -> each.failure(causes));
    }

    /** The first error of those that satisfy a condition, in order of appearance. */
    public Optional<Failure> find(Predicate<String> quote) {
        return failures.values().stream()
                .filter(each -> quote.test(each.quote))
                .findFirst()
                .map(each -> each.failure(causes()));
    }

    /** The last line that is not inside a stack trace; empty where the log is. */
    public Optional<String> lastLine() {
        return lastLine.isBlank() ? Optional.empty() : Optional.of(cut(lastLine.strip()));
    }

    private static String cut(String quote) {
        if (quote.length() <= LONGEST) {
            return quote;
        }
        return quote.substring(0, LONGEST - (Character.isHighSurrogate(quote.charAt(LONGEST - 1)) ? 1 : 0)) + "…";
    }

    /** A headline, to the headline with its innermost cause. */
    private Map<String, String> causes() {
        Map<String, String> causes = new LinkedHashMap<>();
        List<Trace> all = new ArrayList<>(traces.all());
        all.forEach(each -> causes.putIfAbsent(each.headline().strip(), each.quote()));
        return causes;
    }
}
