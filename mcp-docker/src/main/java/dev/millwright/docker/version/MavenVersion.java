package dev.millwright.docker.version;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A version of a Maven artifact as Maven 3.9 compares it: a list of numbers and qualifiers; a hyphen, or a step between
 * letters and digits, opens a list within; what is null at the end of a list does not count.
 */
record MavenVersion(Nested items) implements Comparable<MavenVersion> {
    /** Qualifiers with a meaning, from the least; all others come after them in the order of letters. */
    private static final List<String> QUALIFIERS = List.of("alpha", "beta", "milestone", "rc", "snapshot", "", "sp");

    private sealed interface Item {
        boolean isNull();
    }

    private record Number(String digits) implements Item {
        @Override
        public boolean isNull() {
            return Digits.isZero(digits);
        }
    }

    private record Qualifier(String word) implements Item {
        @Override
        public boolean isNull() {
            return word.isEmpty();
        }

        int known() {
            int at = QUALIFIERS.indexOf(word);
            return at < 0 ? QUALIFIERS.size() : at;
        }
    }

    private record Nested(List<Item> list) implements Item {
        @Override
        public boolean isNull() {
            return list.isEmpty();
        }
    }

    static Optional<MavenVersion> parse(String text) {
        return Optional.of(new Reading(text.toLowerCase(Locale.ROOT)).whole());
    }

    @Override
    public int compareTo(MavenVersion other) {
        return compare(items, other.items);
    }

    /** Compares two items; {@code null} stands for the end of a list. */
    private static int compare(@Nullable Item a, @Nullable Item b) {
        if (a == null) {
            return b == null ? 0 : -compare(b, null);
        }
        return switch (a) {
            case Number number ->
                switch (b) {
                    case null -> number.isNull() ? 0 : 1;
                    case Number other -> Digits.compare(number.digits(), other.digits());
                    case Qualifier _, Nested _ -> 1;
                };
            case Qualifier qualifier ->
                switch (b) {
                    case null -> qualifiers(qualifier, new Qualifier(""));
                    case Qualifier other -> qualifiers(qualifier, other);
                    case Number _, Nested _ -> -1;
                };
            case Nested nested ->
                switch (b) {
                    case null ->
                        nested.list().stream()
                                .mapToInt(item -> compare(item, null))
                                .filter(result -> result != 0)
                                .findFirst()
                                .orElse(0);
                    case Number _ -> -1;
                    case Qualifier _ -> 1;
                    case Nested other -> lists(nested.list(), other.list());
                };
        };
    }

    private static int qualifiers(Qualifier a, Qualifier b) {
        int byKnown = Integer.compare(a.known(), b.known());
        return byKnown != 0 || a.known() < QUALIFIERS.size()
                ? byKnown
                : Integer.signum(a.word().compareTo(b.word()));
    }

    private static int lists(List<Item> a, List<Item> b) {
        for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
            int byItem = compare(i < a.size() ? a.get(i) : null, i < b.size() ? b.get(i) : null);
            if (byItem != 0) {
                return byItem;
            }
        }
        return 0;
    }

    /** One pass over a version's text. */
    private static final class Reading {
        private final String text;
        private final List<List<Item>> opened = new ArrayList<>();
        private List<Item> list = new ArrayList<>();
        private int start;

        Reading(String text) {
            this.text = text;
            opened.add(list);
        }

        MavenVersion whole() {
            boolean digits = false;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '.' || c == '-') {
                    list.add(i == start ? new Number("") : item(digits, i, false));
                    start = i + 1;
                    if (c == '-') {
                        open();
                    }
                } else if (Digits.is(c)) {
                    if (!digits && i > start) {
                        openUnlessEmpty();
                        list.add(item(false, i, true));
                        start = i;
                        open();
                    }
                    digits = true;
                } else {
                    if (digits && i > start) {
                        list.add(item(true, i, false));
                        start = i;
                        open();
                    }
                    digits = false;
                }
            }
            if (text.length() > start) {
                if (!digits) {
                    openUnlessEmpty();
                }
                list.add(item(digits, text.length(), false));
            }
            for (List<Item> each : opened.reversed()) {
                dropNullsAtTheEnd(each);
            }
            return new MavenVersion(new Nested(opened.getFirst()));
        }

        private Item item(boolean digits, int end, boolean beforeDigit) {
            String word = text.substring(start, end);
            if (digits) {
                return new Number(word);
            }
            return new Qualifier(
                    switch (word) {
                        case "a" -> beforeDigit ? "alpha" : word;
                        case "b" -> beforeDigit ? "beta" : word;
                        case "m" -> beforeDigit ? "milestone" : word;
                        case "cr" -> "rc";
                        case "ga", "final", "release" -> "";
                        default -> word;
                    });
        }

        private void open() {
            List<Item> inner = new ArrayList<>();
            list.add(new Nested(inner));
            list = inner;
            opened.add(inner);
        }

        private void openUnlessEmpty() {
            if (!list.isEmpty()) {
                open();
            }
        }

        private static void dropNullsAtTheEnd(List<Item> items) {
            for (int i = items.size() - 1; i >= 0; i--) {
                if (items.get(i).isNull()) {
                    items.remove(i);
                } else if (!(items.get(i) instanceof Nested)) {
                    return;
                }
            }
        }
    }
}
