package dev.millwright.git;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Names of files and folders, few enough that they come up again. */
final class RandomNames {
    private static final List<String> PLAIN =
            List.of("a", "b.txt", "Main.java", "read me.md", "x_1", "lib", "src", "test", "data.bin", "k.c");
    private static final List<String> UNICODE = List.of(
            "größe.txt",
            "e\u0301te\u0301",
            "日本語",
            "emoji 😀",
            "-leading",
            "'quoted'",
            "a;b",
            "$HOME",
            "~tilde",
            "#hash",
            "!bang",
            "{brace}",
            "[x]",
            "%41",
            "a,b",
            "=",
            "no\u00a0break");
    private static final List<String> ODD = List.of(
            "tab\there",
            "new\nline",
            "\"double\"",
            "back\\slash",
            ":magic",
            ":(top)x",
            "star*",
            "what?",
            "bell\u0007",
            "end ",
            "dot.",
            "<tag>",
            "a|b",
            "con");

    private final SplittableRandom random;
    private final boolean portable;

    RandomNames(SplittableRandom random, boolean portable) {
        this.random = random;
        this.portable = portable;
    }

    /** Of up to three names. */
    String path() {
        StringBuilder path = new StringBuilder(name());
        for (int more = random.nextInt(3); more > 0; more--) {
            path.append('/').append(name());
        }
        return path.toString();
    }

    String name() {
        int kind = random.nextInt(10);
        List<String> names = kind < 6 ? PLAIN : kind < 9 || portable ? UNICODE : ODD;
        return names.get(random.nextInt(names.size()));
    }

    /** The same for names that some file systems take for the same. */
    String folded(String path) {
        return Normalizer.normalize(path, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }
}
