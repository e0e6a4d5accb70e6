package dev.millwright.sandbox;

import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A value made at its first use; a failure to make it is not kept. */
final class Once<T> {
    private final Supplier<T> maker;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Optional<T> value = Optional.empty();

    Once(Supplier<T> maker) {
        this.maker = maker;
    }

    T get() {
        Optional<T> made = value;
        if (made.isPresent()) {
            return made.get();
        }
        lock.lock();
        try {
            if (value.isEmpty()) {
                value = Optional.of(maker.get());
            }
            return value.get();
        } finally {
            lock.unlock();
        }
    }
}
