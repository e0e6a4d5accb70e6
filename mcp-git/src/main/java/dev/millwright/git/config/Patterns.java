package dev.millwright.git.config;

import java.util.List;

/** What the operator lists by pattern: text with {@code *} for any characters, none too. */
public final class Patterns {
    private Patterns() {}

    public static boolean any(List<String> patterns, String text) {
        return patterns.stream().anyMatch(pattern -> matches(pattern, text));
    }

    /** Greedy with one step back to the last star: linear in pattern times text. */
    static boolean matches(String pattern, String text) {
        int at = 0;
        int star = -1;
        int from = 0;
        int in = 0;
        while (in < text.length()) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                from = in;
            } else if (at < pattern.length() && pattern.charAt(at) == text.charAt(in)) {
                at++;
                in++;
            } else if (star >= 0) {
                at = star + 1;
                in = ++from;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }
}
