package dev.millwright.docker.posture;

import dev.millwright.json.Redactor;
import dev.millwright.mask.RandomText;
import dev.millwright.mask.SecretText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Looks for secrets in text: by their shape, by the names they are given, by how random they are. Tells never what they are. */
final class SecretSearch {
    /** A secret in a text. @param line from 1 */
    record Hit(String kind, int line) {}

    private static final Redactor SHAPES = new Redactor(List.of());

    /** Of one text: more are more of the same. */
    private static final int MOST = 5;

    /** Longer lines are generated: only known shapes count. */
    private static final int LONGEST_LINE = 2_000;

    /** Names after which any value is a secret, however plain. */
    private static final Pattern STRONG = Pattern.compile(
            "(?i).*(?:password|passwd|passphrase|secret|token|api_?key|access_?key|private_?key|credentials?)");

    private static final Set<String> NO_SECRETS =
            Set.of("true", "false", "yes", "no", "none", "null", "nil", "0", "1", "off", "on", "disabled", "enabled");

    private static final Set<String> PLACEHOLDERS =
            Set.of("changeme", "example", "placeholder", "xxxx", "redacted", "<", "${", "***");

    private SecretSearch() {}

    /** In a file's text. @param path tells how values are written in it */
    static List<Hit> in(String path, String text) {
        List<Hit> hits = new ArrayList<>();
        int line = 1;
        int counted = 0;
        for (Redactor.Found found : SHAPES.find(text)) {
            if (hits.size() < MOST && !isPlaceholder(text.substring(found.from(), found.to()))) {
                for (; counted < found.from(); counted++) {
                    line += text.charAt(counted) == '\n' ? 1 : 0;
                }
                hits.add(new Hit(found.kind(), line));
            }
        }
        int number = 0;
        for (String each : (Iterable<String>) text.lines()::iterator) {
            number++;
            int here = number;
            if (hits.size() < MOST
                    && each.length() <= LONGEST_LINE
                    && hits.stream().noneMatch(hit -> hit.line() == here)
                    && RandomText.find(path, each).isPresent()) {
                hits.add(new Hit("random text of a secret's name", number));
            }
        }
        return hits;
    }

    /** Of {@code NAME=value}, as in an environment, a label, a build argument. */
    static Optional<String> assigned(String name, String value) {
        String plain = value.strip();
        if (plain.isEmpty() || NO_SECRETS.contains(plain.toLowerCase(Locale.ROOT)) || isPlaceholder(plain)) {
            return Optional.empty();
        }
        List<Redactor.Found> shaped = SHAPES.find(plain);
        if (!shaped.isEmpty()) {
            return Optional.of(shaped.getFirst().kind());
        }
        boolean pointer = plain.startsWith("/") || plain.startsWith("$") || plain.matches("[a-z]+://[^@\\s]*");
        if (!pointer && STRONG.matcher(name).matches()) {
            return Optional.of("value of a secret's name");
        }
        boolean random = !pointer
                && SecretText.isSecretName(name)
                && RandomText.find("x.env", name + "=" + plain).isPresent();
        return random ? Optional.of("random text of a secret's name") : Optional.empty();
    }

    private static boolean isPlaceholder(String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        return PLACEHOLDERS.stream().anyMatch(lower::contains);
    }
}
