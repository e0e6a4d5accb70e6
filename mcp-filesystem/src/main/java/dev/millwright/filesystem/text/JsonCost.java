package dev.millwright.filesystem.text;

/** How many bytes a text takes in JSON. */
public final class JsonCost {
    private JsonCost() {}

    public static int of(String text) {
        int cost = 0;
        for (int i = 0; i < text.length(); i++) {
            cost += of(text.charAt(i));
        }
        return cost;
    }

    /** The start of a text that takes at most so many bytes, with a note of what is missing. */
    public static String clip(String text, int most) {
        int cost = 0;
        for (int i = 0; i < text.length(); i++) {
            cost += of(text.charAt(i));
            if (cost > most) {
                int end = i > 0 && Character.isHighSurrogate(text.charAt(i - 1)) ? i - 1 : i;
                return text.substring(0, end) + "\n… " + (text.length() - end) + " characters more";
            }
        }
        return text;
    }

    private static int of(char c) {
        return c == '"' || c == '\\' || c == '\t' || c == '\n' || c == '\r'
                ? 2
                : c < 0x20 ? 6 : c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
}
