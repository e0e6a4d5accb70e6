package dev.millwright.git.repo;

import dev.millwright.tool.ToolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The bytes of a Git configuration, with the places of its sections and keys; git-config(1) tells the syntax. */
public final class ConfigText {
    /** A byte a character, so that what is not UTF-8 stays too. */
    private final String text;

    private sealed interface Part {
        int start();

        int end();
    }

    private record Header(int start, int end, String section, String subsection) implements Part {}

    /** @param end behind the end of its last line */
    private record Entry(int start, int end, Header header, String key) implements Part {}

    ConfigText(byte[] bytes) {
        this(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private ConfigText(String text) {
        this.text = text;
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Gives a key exactly these values, in the place it has; none removes it. */
    public ConfigText set(String section, String subsection, String key, List<String> values) {
        List<Part> parts = parts();
        StringBuilder lines = new StringBuilder();
        values.forEach(value -> lines.append('\t')
                .append(key)
                .append(" = ")
                .append(bytesOf(quoted(value)))
                .append('\n'));
        StringBuilder out = new StringBuilder(text);
        boolean placed = values.isEmpty();
        for (int i = parts.size() - 1; i >= 0; i--) {
            if (parts.get(i) instanceof Entry entry
                    && entry.key().equalsIgnoreCase(key)
                    && is(entry.header(), section, subsection)) {
                boolean first = parts.subList(0, i).stream()
                        .noneMatch(part -> part instanceof Entry other
                                && other.key().equalsIgnoreCase(key)
                                && is(other.header(), section, subsection));
                out.replace(entry.start(), entry.end(), first ? lineStart(entry.start()) + lines : "");
                placed |= first;
            }
        }
        if (placed) {
            return new ConfigText(out.toString());
        }
        int at = endOf(parts, section, subsection);
        if (at >= 0) {
            out.insert(at, lineStart(at) + lines);
        } else {
            out.append(lineStart(text.length()))
                    .append(header(section, subsection))
                    .append('\n')
                    .append(lines);
        }
        return new ConfigText(out.toString());
    }

    /** Removes all sections of a name, up to the next one each. */
    public ConfigText remove(String section, String subsection) {
        List<Part> parts = parts();
        StringBuilder out = new StringBuilder(text);
        for (int i = parts.size() - 1, next = text.length(); i >= 0; i--) {
            if (parts.get(i) instanceof Header header) {
                if (is(header, section, subsection)) {
                    out.delete(header.start(), next);
                }
                next = header.start();
            }
        }
        return new ConfigText(out.toString());
    }

    /** Gives all sections of a name another one. */
    public ConfigText rename(String section, String from, String to) {
        StringBuilder out = new StringBuilder(text);
        for (Part part : parts().reversed()) {
            if (part instanceof Header header && is(header, section, from)) {
                out.replace(header.start(), header.end(), header(section, to));
            }
        }
        return new ConfigText(out.toString());
    }

    private static boolean is(Header header, String section, String subsection) {
        return header.section().equalsIgnoreCase(section) && header.subsection().equals(bytesOf(subsection));
    }

    /** Behind the last key of a section; -1 where there is none. */
    private static int endOf(List<Part> parts, String section, String subsection) {
        int end = -1;
        for (Part part : parts) {
            Header header = switch (part) {
                case Header h -> h;
                case Entry entry -> entry.header();
            };
            if (is(header, section, subsection)) {
                end = part.end();
            }
        }
        return end;
    }

    private String lineStart(int at) {
        return at == 0 || text.charAt(at - 1) == '\n' ? "" : "\n";
    }

    private static String header(String section, String subsection) {
        checkPlain(subsection);
        String name = bytesOf(subsection).replace("\\", "\\\\").replace("\"", "\\\"");
        return name.isEmpty() ? "[" + section + "]" : "[" + section + " \"" + name + "\"]";
    }

    private static String quoted(String value) {
        checkPlain(value);
        String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"");
        boolean bare = value.equals(value.strip()) && value.indexOf('#') < 0 && value.indexOf(';') < 0;
        return bare ? escaped : '"' + escaped + '"';
    }

    /** A line end in a value would begin another key. */
    private static void checkPlain(String value) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw ToolException.invalidInput("a configuration cannot hold the control character in "
                    + RepoText.line(RepoText.plain(value).replace('\n', ' '), 60));
        }
    }

    private static String bytesOf(String value) {
        return new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        @Nullable Header header = null;
        int at = text.startsWith("\u00ef\u00bb\u00bf") ? 3 : 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
            } else if (c == '#' || c == ';') {
                at = lineEnd(at);
            } else if (c == '[') {
                header = headerAt(at);
                parts.add(header);
                at = header.end();
            } else if (header != null && isKey(c)) {
                Entry entry = entryAt(at, header);
                parts.add(entry);
                at = entry.end();
            } else {
                throw broken();
            }
        }
        return parts;
    }

    private Header headerAt(int start) {
        int at = start + 1;
        while (at < text.length() && (isKey(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        String name = text.substring(start + 1, at);
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
            at++;
        }
        int dot = name.indexOf('.');
        StringBuilder sub =
                new StringBuilder(dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT));
        if (at < text.length() && text.charAt(at) == '"') {
            for (at++; at < text.length() && text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                sub.append(text.charAt(at));
            }
            at++;
        }
        if (at >= text.length() || text.charAt(at) != ']') {
            throw broken();
        }
        return new Header(start, at + 1, dot < 0 ? name : name.substring(0, dot), sub.toString());
    }

    private Entry entryAt(int start, Header header) {
        int at = start;
        while (at < text.length() && isKey(text.charAt(at))) {
            at++;
        }
        String key = text.substring(start, at);
        boolean quoted = false;
        boolean comment = false;
        for (; at < text.length() && text.charAt(at) != '\n'; at++) {
            char c = text.charAt(at);
            if (comment) {
                continue;
            } else if (c == '\\') {
                // Also before the end of a line, which then is none.
                at += text.startsWith("\r\n", at + 1) ? 2 : 1;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && (c == '#' || c == ';')) {
                comment = true;
            }
        }
        return new Entry(lineBegin(start), Math.min(at + 1, text.length()), header, key);
    }

    /** The blanks before a key are its own, back to the line's begin or the section's header. */
    private int lineBegin(int start) {
        int at = start;
        while (at > 0 && (text.charAt(at - 1) == ' ' || text.charAt(at - 1) == '\t')) {
            at--;
        }
        return at;
    }

    private int lineEnd(int at) {
        int end = text.indexOf('\n', at);
        return end < 0 ? text.length() : end + 1;
    }

    private static boolean isKey(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-';
    }

    private static ToolException broken() {
        return ToolException.conflict("the configuration cannot be changed: it is not written as Git does");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConfigText that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Decoded. */
    @Override
    public String toString() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }
}
