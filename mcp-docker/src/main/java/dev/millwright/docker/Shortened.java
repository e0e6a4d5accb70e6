package dev.millwright.docker;

import dev.millwright.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shares the room of one answer among its lists, in the order they are asked for, and says what was left out. */
final class Shortened {
    private static final int BYTES_PER_TOKEN = 4;
    private static final int FRAME = 400;

    private final List<String> more = new ArrayList<>();
    private final String by;
    private long left;

    /**
     * @param budget tokens of the answer
     * @param by parameters that make room, as in {@code top or max_output_chars}
     */
    Shortened(int budget, String by) {
        this.by = by;
        left = (long) budget * BYTES_PER_TOKEN - FRAME;
    }

    /** Takes the room of what is there in any case. */
    void take(Object... parts) {
        for (Object each : parts) {
            left -= Json.size(Json.tree(each));
        }
    }

    /** The first of a list: at most so many, and as many as fit. One is always given, so that something is said. */
    <T> List<T> some(String name, List<T> all, int most) {
        List<T> some = new ArrayList<>();
        for (T each : all) {
            long size = size(each);
            if (some.size() == most || size > left && !some.isEmpty()) {
                break;
            }
            left -= size;
            some.add(each);
        }
        if (some.size() < all.size()) {
            more.add("%d more of %s".formatted(all.size() - some.size(), name));
        }
        return some;
    }

    /** As {@link #some(String, List, int)}, of the room that so many lists share, this one and those that follow. */
    <T> List<T> some(String name, List<T> all, int most, int lists) {
        long others = left - left / lists;
        left -= others;
        List<T> some = some(name, all, most);
        left += others;
        return some;
    }

    /** The first of a list, as many as there is room for, and so many at least. */
    static <T> List<T> first(List<T> all, int least, int room) {
        int left = room;
        for (int i = 0; i < all.size(); i++) {
            left -= size(all.get(i));
            if (left < 0 && i >= least) {
                return all.subList(0, i);
            }
        }
        return all;
    }

    /** Bytes of it in a list of an answer. */
    static int size(Object each) {
        return Json.size(Json.tree(each)) + 1;
    }

    /** What was left out, in words. */
    Optional<String> more() {
        return more.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join(", ", more) + "; a larger " + by + " shows them");
    }
}
