package dev.millwright.tool;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whose world a call works in; the only key to a workspace, cluster, engine or repository. */
public record Tenant(String name) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /** The tenant of a configuration that declares none. */
    public static final Tenant DEFAULT = new Tenant("default");

    public Tenant {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "tenant name must be 1 to 63 of a-z, 0-9 and -, starting with a letter or digit, got " + name);
        }
    }

    /** Written out: the generated ones make classes when they first run, which every start would wait for. */
    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Tenant tenant && tenant.name.equals(name);
    }
}
