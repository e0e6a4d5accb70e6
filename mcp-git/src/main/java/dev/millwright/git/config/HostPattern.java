package dev.millwright.git.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which hosts an entry of the configuration speaks of: {@code github.com}, {@code git.example.org:8443},
 * {@code *.example.org}. Without a port it speaks of the scheme's usual one.
 *
 * @param name lower-case; begins with {@code *.} where it stands for all hosts below a name
 * @param port 0 for the usual one
 */
public record HostPattern(String name, int port) {
    private static final Pattern FORM =
            Pattern.compile("((?:\\*\\.)?[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?|\\[[0-9a-f:.]+])(?::([1-9][0-9]{0,4}))?");

    /** @throws IllegalArgumentException for what is no pattern */
    public static HostPattern of(String text) {
        Matcher form = FORM.matcher(text.toLowerCase(Locale.ROOT));
        int port = form.matches() && form.group(2) != null ? Integer.parseInt(form.group(2)) : 0;
        if (!form.matches() || port > 65_535) {
            throw new IllegalArgumentException("hosts: keys are host, host:port or *.domain, got "
                    + (text.length() > 80 ? "a longer text" : text));
        }
        return new HostPattern(form.group(1), port);
    }

    /** Whether it names one host, and not a family. */
    public boolean isExact() {
        return !name.startsWith("*");
    }

    /** @param usual the scheme's port */
    public boolean matches(String host, int at, int usual) {
        return (port == 0 ? usual : port) == at && (isExact() ? host.equals(name) : host.endsWith(name.substring(1)));
    }
}
