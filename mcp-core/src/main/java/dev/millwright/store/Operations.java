package dev.millwright.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.store.Operation.State;
import dev.millwright.tool.ToolException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The undo journal: every change written down before it is made. */
public final class Operations {
    private static final String SELECT =
            "select id, tenant, server, tool, caller, started, state, before, after from operation ";

    private final Store store;
    private final Clock clock;

    public Operations(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Writes down a change about to be made; durable on return. */
    public void begin(String id, String tenant, String server, String tool, String caller, JsonNode before) {
        long now = clock.millis();
        store.transact(c -> Sql.of(
                        "insert into operation (id, tenant, server, tool, caller, started, state, before)"
                                + " values (?, ?, ?, ?, ?, ?, ?, ?)",
                        id,
                        tenant,
                        server,
                        tool,
                        caller,
                        now,
                        State.INTENT.name(),
                        Json.write(before))
                .update(c));
    }

    /** Writes down more of a change that is being made; durable on return. @throws ToolException {@code CONFLICT} unless it was only intended */
    public void amend(String id, JsonNode before) {
        advance(
                Sql.of(
                        "update operation set before = ? where id = ? and state = ?",
                        Json.write(before),
                        id,
                        State.INTENT.name()),
                "operation " + id + " is not one about to be done");
    }

    /** Marks it made. @throws ToolException {@code CONFLICT} unless it was only intended */
    public void done(String id, JsonNode after) {
        advance(
                Sql.of(
                        "update operation set state = ?, after = ? where id = ? and state = ?",
                        State.DONE.name(),
                        Json.write(after),
                        id,
                        State.INTENT.name()),
                "operation " + id + " is not one about to be done");
    }

    /** Marks it taken back, once. @throws ToolException {@code CONFLICT} when it already was */
    public void undone(String id) {
        advance(
                Sql.of(
                        "update operation set state = ? where id = ? and state <> ?",
                        State.UNDONE.name(),
                        id,
                        State.UNDONE.name()),
                "operation " + id + " has been undone");
    }

    private void advance(Sql update, String otherwise) {
        if (store.transact(update::update) == 0) {
            throw ToolException.conflict(otherwise);
        }
    }

    /** Forgets an intent that came to nothing. */
    public void forget(String id) {
        store.transact(c -> Sql.of("delete from operation where id = ? and state = ?", id, State.INTENT.name())
                .update(c));
    }

    /** By id, within the tenant: another tenant's is not there. */
    public Optional<Operation> find(String tenant, String id) {
        return store.read(
                c -> Sql.of(SELECT + "where tenant = ? and id = ?", tenant, id).find(c, Operations::row));
    }

    /** Newest first; {@code before} is the id of the last one already seen. */
    public List<Operation> list(String tenant, String server, int limit, Optional<String> before) {
        String order = " order by started desc, id desc limit ?";
        Sql page = before.isEmpty()
                ? Sql.of(SELECT + "where tenant = ? and server = ?" + order, tenant, server, limit)
                : Sql.of(
                        SELECT + "where tenant = ? and server = ? and (started, id) < "
                                + "(select started, id from operation where tenant = ? and id = ?)" + order,
                        tenant,
                        server,
                        tenant,
                        before.get(),
                        limit);
        return store.read(c -> page.list(c, Operations::row));
    }

    /** Intents whose end nobody wrote down, oldest first; those of calls that run now are among them. */
    public List<Operation> unfinished(String server) {
        return store.read(c -> Sql.of(SELECT + "where server = ? and state = 'INTENT' order by started, id", server)
                .list(c, Operations::row));
    }

    /** Removes what started before, oldest first, and returns it so that what was kept for its undo can go too. */
    public List<Operation> expire(String server, Instant before, int limit) {
        return store.transact(c -> {
            List<Operation> old = Sql.of(
                            SELECT + "where server = ? and started < ? order by started, id limit ?",
                            server,
                            before.toEpochMilli(),
                            limit)
                    .list(c, Operations::row);
            for (Operation operation : old) {
                Sql.of("delete from operation where id = ?", operation.id()).update(c);
            }
            return old;
        });
    }

    private static Operation row(ResultSet row) throws SQLException {
        return new Operation(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                Instant.ofEpochMilli(row.getLong(6)),
                State.valueOf(row.getString(7)),
                json(row.getString(8)),
                Optional.ofNullable(row.getString(9)).map(Operations::json));
    }

    private static JsonNode json(String text) {
        try {
            return Json.read(text);
        } catch (JsonProcessingException e) {
            throw ToolException.internal("an operation's record is not JSON", e);
        }
    }
}
