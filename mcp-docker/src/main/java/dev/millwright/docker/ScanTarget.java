package dev.millwright.docker;

import dev.millwright.docker.engine.Engines;
import dev.millwright.docker.engine.Roots;
import dev.millwright.json.Json;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Workspace;
import java.util.ArrayList;
import java.util.List;

/** What a caller wants looked at: {@code image:REF}, {@code container:NAME}, {@code path:PATH}, or the first that fits. */
record ScanTarget(Kind kind, String name) {
    /** In the order in which a bare name is looked for. */
    enum Kind {
        PATH,
        IMAGE,
        CONTAINER
    }

    private static final int LONGEST_SHOWN = 100;

    /** @throws ToolException {@code NOT_FOUND}, saying all that was looked for, where a bare name fits nothing */
    static ScanTarget of(Call call, String text, Engines engines, Roots roots) throws InterruptedException {
        for (Kind kind : Kind.values()) {
            String prefix = Json.name(kind) + ":";
            if (text.startsWith(prefix)) {
                return named(call, kind, text.substring(prefix.length()), engines, roots);
            }
        }
        if (text.isBlank()) {
            throw ToolException.invalidInput("/target must be image:REF, container:NAME, path:PATH, or one of"
                    + " their names alone, got \"" + text + "\"");
        } else if (text.startsWith("/") || text.startsWith(".")) {
            return named(call, Kind.PATH, text, engines, roots); // no image or container begins so
        }
        return found(call, text, engines, roots);
    }

    private static ScanTarget named(Call call, Kind kind, String name, Engines engines, Roots roots)
            throws InterruptedException {
        try {
            look(call, kind, name, engines, roots);
            return new ScanTarget(kind, name);
        } catch (ToolException e) {
            throw e.saying("/target " + Json.name(kind) + ": " + e.getMessage());
        }
    }

    private static void look(Call call, Kind kind, String name, Engines engines, Roots roots)
            throws InterruptedException {
        switch (kind) {
            case PATH -> {
                Workspace workspace = roots.of(call.tenant());
                workspace.stat(workspace.at(name));
            }
            case IMAGE -> engines.images(call).inspect(name);
            case CONTAINER -> engines.containers(call).inspect(name);
        }
    }

    private static ScanTarget found(Call call, String name, Engines engines, Roots roots) throws InterruptedException {
        List<String> missing = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            try {
                look(call, kind, name, engines, roots);
                return new ScanTarget(kind, name);
            } catch (ToolException e) {
                boolean unfit = e.kind() == ToolException.Kind.INVALID_INPUT;
                missing.add("as " + Json.name(kind) + ": " + (unfit ? "none is called so" : e.getMessage()));
                if (e.kind() == ToolException.Kind.UNAVAILABLE) {
                    throw e.saying(told(name, missing));
                } else if (e.kind() == ToolException.Kind.LIMIT || e.kind() == ToolException.Kind.INTERNAL) {
                    throw e;
                }
            }
        }
        throw ToolException.notFound(told(name, missing));
    }

    private static String told(String name, List<String> missing) {
        String shown = name.length() > LONGEST_SHOWN ? name.substring(0, LONGEST_SHOWN) + "…" : name;
        return "/target \"" + shown + "\" was not found; " + String.join("; ", missing);
    }
}
