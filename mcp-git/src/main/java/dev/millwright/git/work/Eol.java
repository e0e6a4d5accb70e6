package dev.millwright.git.work;

import java.util.Map;
import org.eclipse.jgit.lib.Config;

/**
 * What becomes of the line ends of a file, on the way to the working tree and back: the rules of Git's convert.c, from
 * the attributes {@code text}, {@code eol}, {@code crlf} and the settings {@code core.autocrlf}, {@code core.eol}.
 */
enum Eol {
    /** Stays as it is. */
    KEEP(false, false),
    /** LF in the working tree, LF in the repository. */
    TEXT_LF(false, false),
    /** CRLF in the working tree, LF in the repository. */
    TEXT_CRLF(false, true),
    /** As {@link #TEXT_LF}, for what looks like text. */
    AUTO_LF(true, false),
    /** As {@link #TEXT_CRLF}, for what looks like text. */
    AUTO_CRLF(true, true);

    private final boolean auto;
    private final boolean crlf;

    Eol(boolean auto, boolean crlf) {
        this.auto = auto;
        this.crlf = crlf;
    }

    /** The two settings that bear on line ends. */
    record Settings(String autocrlf, String eol) {
        static Settings of(Config config) {
            return new Settings(text(config, "autocrlf"), text(config, "eol"));
        }

        private static String text(Config config, String name) {
            String value = config.getString("core", null, name);
            return value == null ? "" : value.toLowerCase(java.util.Locale.ROOT);
        }

        private boolean auto() {
            return switch (autocrlf) {
                case "true", "yes", "on", "1" -> true;
                default -> false;
            };
        }

        private boolean input() {
            return autocrlf.equals("input");
        }

        /** What plain text gets where no attribute says it. */
        private boolean crlf() {
            return auto() || !input() && eol.equals("crlf");
        }
    }

    /** @param attributes as {@link Attributes} has them */
    static Eol of(Map<String, String> attributes, Settings settings) {
        String text = attributes.getOrDefault("text", Attributes.UNSPECIFIED);
        if (!isKnown(text)) {
            text = attributes.getOrDefault("crlf", Attributes.UNSPECIFIED);
        }
        if (text.equals(Attributes.UNSET)) {
            return KEEP;
        }
        String eol = attributes.getOrDefault("eol", "");
        boolean said = eol.equals("lf") || eol.equals("crlf");
        if (text.equals("auto")) {
            return (said ? eol.equals("crlf") : settings.crlf()) ? AUTO_CRLF : AUTO_LF;
        } else if (said) {
            return eol.equals("crlf") ? TEXT_CRLF : TEXT_LF;
        } else if (text.equals("input")) {
            return TEXT_LF;
        } else if (text.equals(Attributes.SET)) {
            return settings.crlf() ? TEXT_CRLF : TEXT_LF;
        }
        return settings.auto() ? AUTO_CRLF : settings.input() ? AUTO_LF : KEEP;
    }

    private static boolean isKnown(String text) {
        return switch (text) {
            case Attributes.SET, Attributes.UNSET, "input", "auto" -> true;
            default -> false;
        };
    }

    /** Whether content can change on the way out; its bytes must be looked at then. */
    boolean changesOut() {
        return crlf;
    }

    /** Whether content can change on the way in. */
    boolean changesIn() {
        return this != KEEP;
    }

    /** Whether LF becomes CRLF on the way out. */
    boolean addsCr(TextStats stats) {
        return crlf && stats.loneLf() > 0 && !(auto && (stats.loneCr() > 0 || stats.crlf() > 0 || stats.isBinary()));
    }

    /**
     * Whether CRLF becomes LF on the way in.
     *
     * @param indexed of the version in the index, asked only where it matters: text that has CRLF there keeps it
     */
    boolean dropsCr(TextStats stats, java.util.function.Supplier<TextStats> indexed) {
        if (this == KEEP || stats.crlf() == 0 || auto && stats.isBinary()) {
            return false;
        }
        if (!auto) {
            return true;
        }
        TextStats before = indexed.get();
        return before.isBinary() || before.crlf() == 0;
    }
}
