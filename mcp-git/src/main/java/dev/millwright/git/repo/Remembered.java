package dev.millwright.git.repo;

import java.lang.ref.SoftReference;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was read of a repository and may serve again, one value of a type: gone with the repository's handle, or sooner
 * when memory is short. Whoever asks checks that it still holds. Safe for use by several threads.
 */
public final class Remembered {
    private final Map<Class<?>, SoftReference<?>> values = new ConcurrentHashMap<>();

    public <T> Optional<T> get(Class<T> type) {
        SoftReference<?> value = values.get(type);
        return value == null ? Optional.empty() : Optional.ofNullable(type.cast(value.get()));
    }

    /** In place of the value of this type, if there was one. */
    public <T> void put(Class<T> type, T value) {
        values.put(type, new SoftReference<>(value));
    }
}
