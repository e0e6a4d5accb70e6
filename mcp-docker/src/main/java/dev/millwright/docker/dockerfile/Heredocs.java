package dev.millwright.docker.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the heredocs that a line begins. */
final class Heredocs {
    /** @param span of the whole word, such as {@code <<-'EOF'} */
    record Marker(String name, boolean expand, boolean chomp, Span span) {}

    private static final Pattern SHAPE = Pattern.compile("\\d*<<(-?+)\\s*([^<]+)");
    private static final Pattern OPEN = Pattern.compile("\\d*<<-?");

    private Heredocs() {}

    static List<Marker> markers(Logical line) {
        String text = line.text();
        if (Expansion.problem(text, '\\').filter(each -> each.contains("quote")).isPresent()) {
            return List.of();
        }
        List<Marker> markers = new ArrayList<>();
        int at = Blank.skip(text, 0, text.length());
        while (at < text.length()) {
            int from = at;
            at = wordEnd(text, from);
            if (OPEN.matcher(text.substring(from, at)).matches()) {
                int name = Blank.skip(text, at, text.length());
                at = wordEnd(text, name);
            }
            Matcher matcher = SHAPE.matcher(text.substring(from, at));
            if (matcher.matches()) {
                String written = matcher.group(2);
                String name = Expansion.unquoted(written);
                boolean expand = name.chars().filter(Heredocs::isQuote).count()
                        == written.chars().filter(Heredocs::isQuote).count();
                boolean oneWord = !expand || name.chars().noneMatch(each -> Blank.is((char) each));
                if (!name.isEmpty() && oneWord) {
                    markers.add(new Marker(name, expand, !matcher.group(1).isEmpty(), line.span(from, at)));
                }
            }
            at = Blank.skip(text, at, text.length());
        }
        return markers;
    }

    private static boolean isQuote(int one) {
        return one == '\'' || one == '"';
    }

    private static int wordEnd(String text, int from) {
        int at = from;
        char quote = 0;
        while (at < text.length() && (quote != 0 || !Blank.is(text.charAt(at)))) {
            char one = text.charAt(at);
            if (one == '\\' && quote != '\'') {
                at++;
            } else if (quote == 0 && isQuote(one)) {
                quote = one;
            } else if (one == quote) {
                quote = 0;
            }
            at++;
        }
        return Math.min(at, text.length());
    }
}
