package dev.millwright.docker.failure;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.millwright.docker.build.BuildStep;
import dev.millwright.json.Json;
import dev.millwright.store.Sql;
import dev.millwright.store.Store;
import dev.millwright.store.Tokens;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The last builds, each under an id that its caller alone can use. */
public final class PastBuilds {
    /** Kept for each tenant; older ones go. */
    public static final int MOST = 50;

    /** Kept of a log, in characters from its end. */
    private static final int LOG = 400_000;

    private static final int PATHS = 2_000;
    private static final int STEPS = 500;
    private static final int STEP_NAME = 1_000;

    private final Store store;
    private final Clock clock;
    private final UnaryOperator<String> masked;

    /** @param masked takes secrets out of a text before it is kept */
    public PastBuilds(Store store, Clock clock, UnaryOperator<String> masked) {
        this.store = store;
        this.clock = clock;
        this.masked = masked;
    }

    /** @return an id that nobody can guess */
    public String keep(Call call, PastBuild build) {
        String id = Tokens.create();
        String log =
                build.failed() ? build.log().substring(Math.max(0, build.log().length() - LOG)) : "";
        PastBuild kept = new PastBuild(
                build.failed(),
                masked.apply(log),
                masked.apply(build.dockerfile()),
                build.paths().subList(0, Math.min(PATHS, build.paths().size())),
                build.ignore(),
                build.windows(),
                build.steps().stream().limit(STEPS).map(this::kept).toList(),
                build.seconds());
        String tenant = call.tenant().name();
        store.transact(c -> {
            Sql.of(
                            "insert into docker_build (hash, caller, tenant, body, seen) values (?, ?, ?, ?, ?)",
                            Tokens.hash(id),
                            call.caller(),
                            tenant,
                            Json.write(kept),
                            clock.millis())
                    .update(c);
            Optional<Long> oldest = Sql.of(
                            "select seen from docker_build where tenant = ? order by seen desc limit 1 offset " + MOST,
                            tenant)
                    .find(c, row -> row.getLong(1));
            if (oldest.isPresent()) {
                Sql.of("delete from docker_build where tenant = ? and seen <= ?", tenant, oldest.get())
                        .update(c);
            }
            return id;
        });
        return id;
    }

    private BuildStep kept(BuildStep step) {
        String name = masked.apply(step.name());
        return new BuildStep(
                name.substring(0, Math.min(STEP_NAME, name.length())), step.seconds(), step.cached(), step.failed());
    }

    /**
     * One of the caller's.
     *
     * @param field where the id was given, as in {@code /build_id}
     * @throws ToolException {@code NOT_FOUND} when it is unknown, another caller's, or of a build long ago
     */
    public PastBuild find(Call call, String field, String id) {
        record Row(String caller, String tenant, String body) {}

        List<Row> rows =
                store.read(c -> Sql.of("select caller, tenant, body from docker_build where hash = ?", Tokens.hash(id))
                        .list(c, row -> new Row(row.getString(1), row.getString(2), row.getString(3))));
        String body = rows.stream()
                .filter(row -> Tokens.same(row.caller(), call.caller())
                        && Tokens.same(row.tenant(), call.tenant().name()))
                .map(Row::body)
                .findFirst()
                .orElseThrow(() -> gone(field));
        try {
            return Json.mapper().readValue(body, PastBuild.class);
        } catch (JsonProcessingException e) {
            throw gone(field); // of another version of this program
        }
    }

    /** The same, of a build that failed. */
    public PastBuild failed(Call call, String field, String id) {
        PastBuild build = find(call, field, id);
        if (!build.failed()) {
            throw ToolException.invalidInput(field + " is of a build that succeeded; nothing of it failed");
        }
        return build;
    }

    private static ToolException gone(String field) {
        return ToolException.notFound(
                field + " is not a build of yours; the last " + MOST + " are kept: build again with build_image");
    }
}
