package dev.millwright.filesystem.search;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * What a regular expression can match, by bytes of UTF-8, seen from far: everything it matches and perhaps more. It
 * only serves to pass over text without a match; RE2J has the last word.
 */
sealed interface RegexShape {
    /** Matches the empty text; also stands for anchors and word boundaries. */
    record Empty() implements RegexShape {}

    /** One byte of a set. */
    record One(BitSet bytes) implements RegexShape {}

    record Sequence(List<RegexShape> parts) implements RegexShape {}

    record Either(List<RegexShape> choices) implements RegexShape {}

    /** @param max -1 for no bound */
    record Repeat(RegexShape part, int min, int max) implements RegexShape {}

    /** @param exact whether it matches just what the expression does, in text that is all ASCII */
    record Reading(RegexShape shape, boolean exact) {}

    /** The shape of an expression that RE2J accepts, or empty where it uses what is not known here. */
    static Optional<Reading> of(String regex, boolean ignoreCase, boolean multiline) {
        return RegexShapeParser.parse(regex, ignoreCase, multiline);
    }

    static One one(int b) {
        BitSet set = new BitSet(256);
        set.set(b);
        return new One(set);
    }

    static RegexShape text(String text) {
        List<RegexShape> parts = new ArrayList<>();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            parts.add(one(b & 0xff));
        }
        return new Sequence(parts);
    }

    /**
     * Texts of which every match contains at least one, as Latin-1; empty where there is no such set worth looking for.
     */
    static List<String> required(RegexShape shape) {
        return switch (shape) {
            case Empty empty -> List.of();
            case One one -> one.bytes().cardinality() == 1 ? List.of(latin1(one)) : List.of();
            case Repeat repeat -> repeat.min() > 0 ? required(repeat.part()) : List.of();
            case Either either -> {
                List<String> all = new ArrayList<>();
                for (RegexShape choice : either.choices()) {
                    List<String> each = required(choice);
                    if (each.isEmpty()) {
                        yield List.of();
                    }
                    all.addAll(each);
                }
                yield all;
            }
            case Sequence sequence -> {
                List<RegexShape> flat = new ArrayList<>();
                flatten(sequence, flat);
                List<String> best = List.of();
                StringBuilder run = new StringBuilder();
                for (RegexShape part : flat) {
                    if (part instanceof One one && one.bytes().cardinality() == 1) {
                        run.append(latin1(one));
                    } else if (!(part instanceof Empty)) {
                        best = better(best, run.isEmpty() ? List.of() : List.of(run.toString()));
                        best = better(best, required(part));
                        run.setLength(0);
                    }
                }
                yield better(best, run.isEmpty() ? List.of() : List.of(run.toString()));
            }
        };
    }

    private static String latin1(One one) {
        return String.valueOf((char) one.bytes().nextSetBit(0));
    }

    private static void flatten(RegexShape shape, List<RegexShape> into) {
        if (shape instanceof Sequence sequence) {
            sequence.parts().forEach(part -> flatten(part, into));
        } else {
            into.add(shape);
        }
    }

    private static List<String> better(List<String> one, List<String> other) {
        return worth(other) > worth(one) ? other : one;
    }

    /** Long texts are rare texts; each further one costs a search of its own. */
    private static int worth(List<String> texts) {
        int shortest = texts.stream().mapToInt(String::length).min().orElse(0);
        return shortest * 4 - texts.size();
    }
}
