package dev.millwright.docker.failure;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a line says when a build fails for one class of reasons.
 *
 * <p>A line is only matched when it holds the anchor, found with those of all signatures in one pass; RE2 keeps the
 * match linear in the line, whatever a log holds.
 */
final class Signature {
    private final FailureClass kind;
    private final String anchor;
    private final String expression;
    private final boolean weak;
    private volatile @Nullable Pattern pattern;

    private Signature(FailureClass kind, String anchor, String expression, boolean weak) {
        this.kind = kind;
        this.anchor = anchor.toLowerCase(Locale.ROOT);
        this.expression = expression;
        this.weak = weak;
    }

    /** A line that holds this text, in any case. */
    static Signature on(FailureClass kind, String anchor) {
        return new Signature(kind, anchor, "", false);
    }

    /** A line that matches; the first group is what the failure is about, as in the package's name. */
    static Signature on(FailureClass kind, String anchor, String expression) {
        return new Signature(kind, anchor, expression, false);
    }

    /** As {@link #on(FailureClass, String, String)}, of what follows other failures too: decides when nothing else does. */
    static Signature weak(FailureClass kind, String anchor, String expression) {
        return new Signature(kind, anchor, expression, true);
    }

    FailureClass kind() {
        return kind;
    }

    /** Lower case. */
    String anchor() {
        return anchor;
    }

    boolean isWeak() {
        return weak;
    }

    /** What the line is about, empty text where the signature does not say; nothing for a line that does not match. */
    Optional<String> match(String line) {
        if (expression.isEmpty()) {
            return Optional.of("");
        }
        Pattern known = pattern;
        if (known == null) {
            known = Pattern.compile(expression);
            pattern = known;
        }
        Matcher matcher = known.matcher(line);
        if (!matcher.find()) {
            return Optional.empty();
        }
        for (int i = 1; i <= matcher.groupCount(); i++) {
            if (matcher.group(i) != null) {
                return Optional.of(matcher.group(i));
            }
        }
        return Optional.of("");
    }
}
