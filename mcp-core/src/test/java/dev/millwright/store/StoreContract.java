package dev.millwright.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store keeps, whatever is under it. */
abstract class StoreContract {
    static final Duration MINUTE = Duration.ofMinutes(1);

    private final Bound call = new Bound("key:1", "acme", "delete_file", "d1");
    private final Clock now = Clock.systemUTC();
    private final Clock later = Clock.offset(now, MINUTE.plusSeconds(1));
    Store store;

    /** A fresh, empty place. */
    abstract StoreUrl url() throws Exception;

    @BeforeEach
    void open() throws Exception {
        store = Store.open(url());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void keepsWhatWasCommitted() {
        Operations operations = new Operations(store, now);
        operations.begin(
                "op1",
                "acme",
                "filesystem",
                "write_file",
                "local",
                Json.object().put("path", "a"));
        operations.done("op1", Json.object().put("version", "v1"));
        assertThat(operations.find("acme", "op1")).get().satisfies(operation -> {
            assertThat(operation.state()).isEqualTo(Operation.State.DONE);
            assertThat(operation.before()).isEqualTo(Json.object().put("path", "a"));
            assertThat(operation.after()).contains(Json.object().put("version", "v1"));
        });
    }

    @Test
    void takesBackAllOfWorkThatFails() {
        assertThatThrownBy(() -> store.transact(c -> {
                    Sql.of(
                                    "insert into plan (hash, caller, tenant, tool, digest, expires) values (?,?,?,?,?,?)",
                                    "h",
                                    "c",
                                    "t",
                                    "t",
                                    "d",
                                    1L)
                            .update(c);
                    throw new IllegalStateException("half way");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(plans()).isZero();
    }

    @Test
    void refusesToWriteWhileReading() {
        assertThatThrownBy(() -> store.read(c -> Sql.of("delete from plan").update(c)))
                .isInstanceOf(ToolException.class);
    }

    @Test
    void readsOneViewWhileOthersWrite() {
        int[] seen = store.read(c -> {
            Sql count = Sql.of("select count(*) from plan");
            int before = count.find(c, row -> row.getInt(1)).orElseThrow();
            new Plans(store, now).issue(call, MINUTE);
            return new int[] {before, count.find(c, row -> row.getInt(1)).orElseThrow()};
        });
        assertThat(seen).containsExactly(0, 0);
        assertThat(plans()).isOne();
    }

    @Test
    void losesNoUpdateAmongConcurrentTransactions() throws Exception {
        store.transact(c -> Sql.of("create table counter (n bigint not null)").update(c));
        store.transact(c -> Sql.of("insert into counter (n) values (0)").update(c));
        concurrently(8, () -> {
            for (int i = 0; i < 5; i++) {
                increment();
            }
            return 1;
        });
        assertThat(number("select n from counter")).isEqualTo(40);
    }

    /** Under this much contention a store may ask to try again later; what it did not say it did, it did not do. */
    private void increment() {
        while (true) {
            try {
                store.transact(c -> {
                    long n = Sql.of("select n from counter")
                            .find(c, row -> row.getLong(1))
                            .orElseThrow();
                    return Sql.of("update counter set n = ?", n + 1).update(c);
                });
                return;
            } catch (ToolException e) {
                assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
            }
        }
    }

    @Test
    void migratesOnceWhenManyOpenAtTheSameTime() throws Exception {
        StoreUrl fresh = url();
        List<Integer> counts = concurrently(6, () -> {
            try (Store own = Store.open(fresh)) {
                return own.read(c -> Sql.of("select count(*) from plan")
                        .find(c, row -> row.getInt(1))
                        .orElseThrow());
            }
        });
        assertThat(counts).hasSize(6).containsOnly(0);
    }

    @Test
    void addsTheTablesOfAModule() throws Exception {
        StoreUrl fresh = url();
        try (Store own = Store.open(fresh, new Migrations("sample", 2))) {
            assertThat(words(own, "select word from sample")).containsExactly("any", own(fresh));
        }
    }

    private static String own(StoreUrl url) {
        return url instanceof StoreUrl.Embedded ? "sqlite" : "postgresql";
    }

    @Test
    void saysThatANewerMillwrightWroteIt() throws Exception {
        StoreUrl fresh = url();
        try (Store newer = Store.open(fresh, new Migrations("sample", 2))) {
            newer.read(c -> 1);
        }
        try (Store older = Store.open(fresh, new Migrations("sample", 1))) {
            assertThatThrownBy(() -> older.read(c -> 1))
                    .isInstanceOf(ToolException.class)
                    .hasMessageContaining("written by a newer Millwright")
                    .hasMessageContaining("sample is at 2, this program knows 1");
        }
    }

    @Test
    void letsAPlannedCallThroughOnce() {
        Plans plans = new Plans(store, now);
        String token = plans.issue(call, MINUTE);
        assertThat(token).matches("[A-Za-z0-9_-]{43}");
        plans.redeem(token, call);
        refuses(() -> plans.redeem(token, call), "has been used");
    }

    @Test
    void letsNoOtherCallUseAPlan() {
        Plans plans = new Plans(store, now);
        String token = plans.issue(call, MINUTE);
        refuses(() -> plans.redeem(token, new Bound("key:2", "acme", "delete_file", "d1")), "not one of ours");
        refuses(() -> plans.redeem(token, new Bound("key:1", "other", "delete_file", "d1")), "not one of ours");
        refuses(() -> plans.redeem(token, new Bound("key:1", "acme", "move_file", "d1")), "another tool");
        refuses(() -> plans.redeem(token, new Bound("key:1", "acme", "delete_file", "d2")), "other arguments");
        refuses(() -> plans.redeem("A".repeat(43), call), "not one of ours");
        plans.redeem(token, call);
    }

    @Test
    void letsNoPlanOutliveItsTime() {
        String token = new Plans(store, now).issue(call, MINUTE);
        refuses(() -> new Plans(store, later).redeem(token, call), "has expired");
    }

    @Test
    void letsOneOfManyUseAPlan() throws Exception {
        Plans plans = new Plans(store, now);
        String token = plans.issue(call, MINUTE);
        AtomicInteger through = new AtomicInteger();
        concurrently(8, () -> {
            try {
                plans.redeem(token, call);
                through.incrementAndGet();
            } catch (ToolException e) {
                assertThat(e.kind()).isIn(Kind.CONFLICT, Kind.UNAVAILABLE);
            }
            return 1;
        });
        assertThat(through).hasValue(1);
    }

    @Test
    void answersARepeatedCallWithTheFirstReply() {
        Idempotency replies = new Idempotency(store, now);
        JsonNode reply = Json.object().put("deleted", true);
        assertThat(replies.reserve("k", call, MINUTE)).isEmpty();
        replies.complete("k", call, reply);
        assertThat(replies.reserve("k", call, MINUTE)).contains(reply);
        refuses(
                () -> replies.reserve("k", new Bound("key:1", "acme", "delete_file", "d2"), MINUTE),
                "with other arguments");
        assertThat(replies.reserve("k", new Bound("key:2", "acme", "delete_file", "d2"), MINUTE))
                .isEmpty();
    }

    @Test
    void refusesARepeatedCallWhileTheFirstRuns() {
        Idempotency replies = new Idempotency(store, now);
        assertThat(replies.reserve("k", call, MINUTE)).isEmpty();
        refuses(() -> replies.reserve("k", call, MINUTE), "has not ended");
        replies.release("k", call);
        assertThat(replies.reserve("k", call, MINUTE)).isEmpty();
        assertThat(new Idempotency(store, later).reserve("k", call, MINUTE)).isEmpty();
    }

    @Test
    void listsOperationsOfOneTenantNewestFirst() {
        for (int i = 0; i < 5; i++) {
            Clock at = Clock.fixed(Instant.ofEpochSecond(1000 + i / 2), ZoneOffset.UTC);
            new Operations(store, at).begin("op" + i, "acme", "filesystem", "t", "local", Json.object());
        }
        Operations operations = new Operations(store, now);
        operations.begin("other", "umbrella", "filesystem", "t", "local", Json.object());
        assertThat(operations.list("acme", "filesystem", 2, Optional.empty()))
                .extracting(Operation::id)
                .containsExactly("op4", "op3");
        assertThat(operations.list("acme", "filesystem", 9, Optional.of("op3")))
                .extracting(Operation::id)
                .containsExactly("op2", "op1", "op0");
        assertThat(operations.find("umbrella", "op1")).isEmpty();
    }

    @Test
    void writesMoreOfAnIntentDownUntilItIsDone() {
        Operations operations = new Operations(store, now);
        operations.begin("op", "acme", "git", "t", "local", Json.object());
        operations.amend("op", Json.object().put("page", 2));
        assertThat(operations.unfinished("git"))
                .extracting(Operation::before)
                .containsExactly(Json.object().put("page", 2));
        operations.done("op", Json.object());
        refuses(() -> operations.amend("op", Json.object()), "not one about to be done");
        assertThat(operations.find("acme", "op"))
                .get()
                .extracting(Operation::before)
                .isEqualTo(Json.object().put("page", 2));
    }

    @Test
    void takesAnOperationBackOnce() {
        Operations operations = new Operations(store, now);
        operations.begin("op", "acme", "filesystem", "t", "local", Json.object());
        operations.done("op", Json.object());
        refuses(() -> operations.done("op", Json.object()), "not one about to be done");
        operations.undone("op");
        refuses(() -> operations.undone("op"), "has been undone");
    }

    @Test
    void remembersWhatWasBegunAndNotEnded() {
        Operations operations = new Operations(store, now);
        for (String id : List.of("a", "b", "c")) {
            operations.begin(id, "acme", "filesystem", "t", "local", Json.object());
        }
        operations.done("a", Json.object());
        operations.forget("b");
        assertThat(operations.unfinished("filesystem"))
                .extracting(Operation::id)
                .containsExactly("c");
        assertThat(operations.expire("filesystem", Instant.now().plus(MINUTE), 1))
                .extracting(Operation::id)
                .containsExactly("a");
        assertThat(operations.find("acme", "a")).isEmpty();
        assertThat(operations.expire("filesystem", Instant.now().minus(MINUTE), 9))
                .isEmpty();
    }

    private int plans() {
        return number("select count(*) from plan");
    }

    int number(String query) {
        return store.read(c -> Sql.of(query).find(c, row -> row.getInt(1)).orElseThrow());
    }

    static List<String> words(Store store, String query) {
        return store.read(c -> Sql.of(query).list(c, row -> row.getString(1)));
    }

    private static void refuses(Runnable work, String message) {
        assertThatThrownBy(work::run)
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFLICT))
                .hasMessageContaining(message);
    }

    static <T> List<T> concurrently(int threads, Callable<T> work) throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                futures.add(executor.submit(work));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }

    static String unique() {
        return "t" + UUID.randomUUID().toString().replace("-", "");
    }
}
