package dev.millwright.k8s;

import dev.millwright.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * As much of a list as an answer has room for.
 *
 * @param list empty where there is nothing to show
 * @param all items that there are
 * @param size what is shown takes, in characters of JSON
 */
record Fitting<T>(Optional<List<T>> list, int all, int size) {
    static <T> Fitting<T> none() {
        return new Fitting<>(Optional.empty(), 0, 0);
    }

    /** The first items, as they are shown; at least one, if there is one. */
    static <F, T> Fitting<T> of(List<F> all, Function<F, T> shown, int room) {
        List<T> some = new ArrayList<>();
        int size = 0;
        for (F each : all) {
            T item = shown.apply(each);
            int its = Json.size(Json.tree(item)) + 1;
            if (size + its > room && !some.isEmpty()) {
                break;
            }
            size += its;
            some.add(item);
        }
        return new Fitting<>(some.isEmpty() ? Optional.empty() : Optional.of(some), all.size(), size);
    }

    /** Says how many are not shown, where there are. */
    void more(String what, List<String> leftOut) {
        int shown = list.map(List::size).orElse(0);
        if (shown < all) {
            leftOut.add("%d more %s; raise /budget, or narrow by /grep or /since".formatted(all - shown, what));
        }
    }
}
