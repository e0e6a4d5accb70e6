package dev.millwright.config;

import java.util.Objects;

/** A secret that is said only where it is needed: everything but {@link #reveal()} shows {@code ***}. */
public final class SecretValue {
    private final String value;

    public SecretValue(String value) {
        this.value = Objects.requireNonNull(value);
    }

    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "***";
    }
}
