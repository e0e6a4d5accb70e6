package dev.millwright.workspace;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Paths that no change may touch: writing there would make another program run code, or break our own state.
 *
 * <p>A pattern is one or more names with {@code /} between; it covers every path that holds these names in a row, at
 * any depth, and all below. {@code *} stands for any characters within a name, a {@code /**} at the end changes
 * nothing. Names are compared as forgiving file systems do: without regard to case, Unicode variants, characters that
 * HFS+ ignores, and dots and spaces at the end.
 */
public final class Protection {
    /** Whose content Git itself runs; no configuration opens it. */
    private static final List<List<String>> ALWAYS = List.of(List.of(".git"), List.of("git~1"));

    private record Pattern(String text, List<String> names) {}

    private final List<Pattern> patterns = new ArrayList<>();

    /**
     * @param patterns what is protected
     * @param allowed patterns of {@code patterns}, as written there, that are not
     */
    public Protection(List<String> patterns, List<String> allowed) {
        for (String pattern : patterns) {
            if (!allowed.contains(pattern)) {
                this.patterns.add(new Pattern(pattern, names(stripped(pattern))));
            }
        }
    }

    private static String stripped(String pattern) {
        return pattern.endsWith("/**") ? pattern.substring(0, pattern.length() - 3) : pattern;
    }

    /** Why a path may not be changed, as a sentence that goes on from the path; empty when it may. */
    public Optional<String> reason(String path) {
        List<String> names = names(path);
        for (List<String> always : ALWAYS) {
            if (covers(always, names)) {
                return Optional.of("belongs to Git, which would run what is written there; use the Git tools");
            }
        }
        for (Pattern pattern : patterns) {
            if (covers(pattern.names(), names)) {
                return Optional.of(advice(pattern));
            }
        }
        return Optional.empty();
    }

    /** As {@link #reason} for a folder that arrives whole: its content might complete a pattern. */
    public Optional<String> reasonForTree(String path) {
        List<String> names = names(path);
        for (Pattern pattern : patterns) {
            for (int k = 1; k < pattern.names().size(); k++) {
                if (names.size() >= k
                        && covers(pattern.names().subList(0, k), names.subList(names.size() - k, names.size()))) {
                    return Optional.of(advice(pattern));
                }
            }
        }
        return reason(path);
    }

    private static String advice(Pattern pattern) {
        return "is protected, because other programs run or obey what is written there; the operator can list \""
                + pattern.text() + "\" under allow-protected in the filesystem configuration";
    }

    private static boolean covers(List<String> pattern, List<String> names) {
        for (int at = 0; at + pattern.size() <= names.size(); at++) {
            boolean all = true;
            for (int i = 0; all && i < pattern.size(); i++) {
                all = matches(pattern.get(i), names.get(at + i));
            }
            if (all) {
                return true;
            }
        }
        return false;
    }

    /** {@code *} stands for any run of characters; linear in the length of the name for each star. */
    private static boolean matches(String pattern, String name) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            return pattern.equals(name);
        }
        String rest = pattern.substring(star + 1);
        if (!name.startsWith(pattern.substring(0, star))) {
            return false;
        }
        for (int at = star; at <= name.length(); at++) {
            if (matches(rest, name.substring(at))) {
                return true;
            }
        }
        return false;
    }

    private static List<String> names(String path) {
        List<String> names = new ArrayList<>();
        for (String name : path.split("/")) {
            if (LinuxRoot.isName(name)) {
                names.add(folded(name));
            }
        }
        return names;
    }

    /** One spelling for all names that some file system takes for the same. */
    private static String folded(String name) {
        if (name.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != ':') && !name.endsWith(".")) {
            return name.toLowerCase(Locale.ROOT);
        }
        StringBuilder kept = new StringBuilder();
        String plain = Normalizer.normalize(name, Normalizer.Form.NFKC);
        plain.codePoints()
                .filter(c -> !Character.isIdentifierIgnorable(c) && Character.getType(c) != Character.FORMAT)
                .forEach(kept::appendCodePoint);
        int stream = kept.indexOf(":");
        if (stream > 0) {
            kept.setLength(stream);
        }
        while (!kept.isEmpty() && (kept.charAt(kept.length() - 1) == '.' || kept.charAt(kept.length() - 1) == ' ')) {
            kept.setLength(kept.length() - 1);
        }
        return kept.toString().toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }
}
