package dev.millwright.filesystem.search;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** The states of a {@link RegexShape}: Thompson's construction, closed over steps that consume nothing. */
final class RegexStates {
    /** Counted repetitions unroll; beyond this many states the shape is not worth it. */
    private static final int MAX = 2_000;

    private record State(Optional<BitSet> bytes, List<Integer> next) {}

    private final List<State> states = new ArrayList<>();
    private final BitSet start = new BitSet();
    private final int accept;

    private RegexStates(RegexShape shape) {
        accept = add(Optional.empty(), List.of());
        close(build(shape, accept), start);
    }

    /** Empty when the shape is too large, or matches the empty text and so passes over nothing. */
    static Optional<RegexStates> of(RegexShape shape) {
        try {
            RegexStates states = new RegexStates(shape);
            return states.start.get(states.accept) ? Optional.empty() : Optional.of(states);
        } catch (TooLarge e) {
            return Optional.empty();
        }
    }

    BitSet start() {
        return start;
    }

    boolean accepts(BitSet set) {
        return set.get(accept);
    }

    /** The states after one more byte; a match may begin at any place, so those of the start are always among them. */
    BitSet step(BitSet set, int b) {
        BitSet reached = (BitSet) start.clone();
        for (int i = set.nextSetBit(0); i >= 0; i = set.nextSetBit(i + 1)) {
            State state = states.get(i);
            if (state.bytes().isPresent() && state.bytes().get().get(b)) {
                close(state.next().getFirst(), reached);
            }
        }
        return reached;
    }

    private static final class TooLarge extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooLarge() {
            super("too many states", null, false, false);
        }
    }

    private int add(Optional<BitSet> bytes, List<Integer> next) {
        if (states.size() >= MAX) {
            throw new TooLarge();
        }
        states.add(new State(bytes, next));
        return states.size() - 1;
    }

    /** @return where the shape begins, when what follows it begins at {@code next} */
    private int build(RegexShape shape, int next) {
        return switch (shape) {
            case RegexShape.Empty empty -> next;
            case RegexShape.One one -> add(Optional.of(one.bytes()), List.of(next));
            case RegexShape.Sequence sequence -> {
                int after = next;
                for (RegexShape part : sequence.parts().reversed()) {
                    after = build(part, after);
                }
                yield after;
            }
            case RegexShape.Either either ->
                add(
                        Optional.empty(),
                        either.choices().stream()
                                .map(choice -> build(choice, next))
                                .toList());
            case RegexShape.Repeat repeat -> repeated(repeat, next);
        };
    }

    private int repeated(RegexShape.Repeat repeat, int next) {
        int after = next;
        if (repeat.max() < 0) {
            List<Integer> ways = new ArrayList<>(List.of(next));
            after = add(Optional.empty(), ways);
            ways.add(build(repeat.part(), after));
        }
        for (int i = repeat.min(); i < repeat.max(); i++) {
            after = add(Optional.empty(), List.of(next, build(repeat.part(), after)));
        }
        for (int i = 0; i < repeat.min(); i++) {
            after = build(repeat.part(), after);
        }
        return after;
    }

    private void close(int from, BitSet into) {
        List<Integer> open = new ArrayList<>(List.of(from));
        while (!open.isEmpty()) {
            int i = open.removeLast();
            if (!into.get(i)) {
                into.set(i);
                State state = states.get(i);
                if (state.bytes().isEmpty()) {
                    open.addAll(state.next());
                }
            }
        }
    }
}
