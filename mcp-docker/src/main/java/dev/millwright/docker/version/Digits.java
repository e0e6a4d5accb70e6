package dev.millwright.docker.version;

/** Numbers of any length, as the digits they are written with. */
final class Digits {
    private Digits() {}

    /** Compares two runs of ASCII digits by value; an empty run is zero. */
    static int compare(String a, String b) {
        String left = significant(a);
        String right = significant(b);
        return left.length() != right.length()
                ? Integer.compare(left.length(), right.length())
                : Integer.signum(left.compareTo(right));
    }

    static boolean isZero(String digits) {
        return significant(digits).isEmpty();
    }

    static boolean is(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }

    /** True for a run of at least one digit and nothing else. */
    static boolean all(String text) {
        return !text.isEmpty() && end(text, 0) == text.length();
    }

    /** Where the run of digits that begins at {@code from} ends. */
    static int end(String text, int from) {
        int at = from;
        while (at < text.length() && is(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static String significant(String digits) {
        int at = 0;
        while (at < digits.length() && digits.charAt(at) == '0') {
            at++;
        }
        return digits.substring(at);
    }
}
