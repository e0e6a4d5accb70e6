package dev.millwright.transport.http;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Something made when first needed, once. */
final class Lazy<T> {
    private final Supplier<T> maker;
    private volatile Optional<T> made = Optional.empty();

    Lazy(Supplier<T> maker) {
        this.maker = maker;
    }

    T get() {
        Optional<T> known = made;
        if (known.isEmpty()) {
            synchronized (this) {
                known = made;
                if (known.isEmpty()) {
                    known = Optional.of(maker.get());
                    made = known;
                }
            }
        }
        return known.get();
    }

    /** Does something with it if it was ever needed. */
    void ifMade(Consumer<T> action) {
        made.ifPresent(action);
    }
}
