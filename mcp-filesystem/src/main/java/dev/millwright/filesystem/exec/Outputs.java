package dev.millwright.filesystem.exec;

import dev.millwright.sandbox.Captured;
import dev.millwright.sandbox.Scratch;
import dev.millwright.store.Tokens;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.ToolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What ended runs said, by handles that only their caller can use, for {@link ExecConfig#OUTPUT_LIFETIME}. The oldest
 * goes when there are more than {@value #MOST}.
 */
final class Outputs implements AutoCloseable {
    static final int MOST = 32;

    private record Kept(Tenant tenant, String caller, Instant until, Path folder, Captured stdout, Captured stderr) {}

    private final InstantSource clock;
    private final Map<String, Kept> kept = new LinkedHashMap<>();

    Outputs(InstantSource clock) {
        this.clock = clock;
    }

    /** Keeps what a run said; {@code folder} with what was spilled is removed with it. Returns the handle. */
    String keep(Call call, Path folder, Captured stdout, Captured stderr) {
        String handle = Tokens.create();
        List<Path> dropped;
        synchronized (kept) {
            Instant until = clock.instant().plus(ExecConfig.OUTPUT_LIFETIME);
            kept.put(handle, new Kept(call.tenant(), call.caller(), until, folder, stdout, stderr));
            dropped = dropOld();
        }
        dropped.forEach(Outputs::remove);
        return handle;
    }

    /** @throws ToolException {@code NOT_FOUND} for a handle that is over, or another's: nobody learns which */
    Captured find(Call call, String handle, boolean stderr) {
        List<Path> dropped;
        Kept found;
        synchronized (kept) {
            dropped = dropOld();
            found = kept.get(handle);
        }
        dropped.forEach(Outputs::remove);
        if (found == null
                || !found.tenant().equals(call.tenant())
                || !found.caller().equals(call.caller())) {
            throw ToolException.notFound("/handle: no such output, or it was kept for longer than "
                    + ExecConfig.OUTPUT_LIFETIME.toMinutes() + " minutes; run the code again");
        }
        return stderr ? found.stderr() : found.stdout();
    }

    private List<Path> dropOld() {
        Instant now = clock.instant();
        List<Path> dropped = new ArrayList<>();
        Iterator<Kept> oldest = kept.values().iterator();
        while (oldest.hasNext()) {
            Kept old = oldest.next();
            if (kept.size() <= MOST && old.until().isAfter(now)) {
                break; // all later ones last longer
            }
            dropped.add(old.folder());
            oldest.remove();
        }
        return dropped;
    }

    private static void remove(Path folder) {
        try {
            Scratch.remove(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        List<Path> folders;
        synchronized (kept) {
            folders = kept.values().stream().map(Kept::folder).toList();
            kept.clear();
        }
        folders.forEach(Outputs::remove);
    }
}
