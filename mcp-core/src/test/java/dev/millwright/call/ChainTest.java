package dev.millwright.call;

import static dev.millwright.tool.ToolSpec.changes;
import static dev.millwright.tool.ToolSpec.reads;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.audit.AuditLog;
import dev.millwright.identity.Caller;
import dev.millwright.identity.Tenants;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.json.Redactor;
import dev.millwright.store.Idempotency;
import dev.millwright.store.Plans;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Content;
import dev.millwright.tool.Effect;
import dev.millwright.tool.Question;
import dev.millwright.tool.Targeted;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.Timed;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainTest {
    record Input(
            @Doc(value = "What.", orElse = "x") String text,

            @Doc(value = "How often.", min = 0, max = 100_000, orElse = "1")
            int times,

            @Doc(value = "For good.", orElse = "false") boolean permanent,
            @Doc(value = "Write it down.", orElse = "false") boolean write,
            @Doc("Tokens.") OptionalInt maxTokens,
            @Doc("Milliseconds.") OptionalInt millis,
            @Doc("Which system.") Optional<String> system)
            implements Budgeted, Timed, Targeted {
        @Override
        public Optional<Duration> timeout() {
            return millis.isPresent() ? Optional.of(Duration.ofMillis(millis.getAsInt())) : Optional.empty();
        }
    }

    record Output(List<String> items) {}

    /** A tool whose doing is given by the test. */
    private record Does(ToolSpec<Input, Output> spec, AtomicInteger performed, Doing doing)
            implements Tool<Input, Output> {
        interface Doing {
            List<String> call(Input input, Call call) throws Exception;
        }

        @Override
        public Effect effectOf(Input input) {
            return input.permanent() ? Effect.DESTROYS : input.write() ? Effect.CHANGES : spec.effect();
        }

        @Override
        public String confirmation(Input input) {
            return "Remove " + input.text() + " for good?";
        }

        @Override
        public Output call(Input input, Call call) throws Exception {
            performed.incrementAndGet();
            return new Output(doing.call(input, call));
        }
    }

    /** A client that answers questions as the test says, and cannot be asked when it says nothing. */
    private record Answering(Optional<Function<Question, JsonNode>> answer, ObjectNode meta) implements Client {
        @Override
        public boolean canAsk(Question question) {
            return answer.isPresent();
        }

        @Override
        public Map<String, JsonNode> ask(Map<String, Question> questions) {
            Map<String, JsonNode> answers = new java.util.LinkedHashMap<>();
            questions.forEach(
                    (key, question) -> answers.put(key, answer.orElseThrow().apply(question)));
            return answers;
        }

        @Override
        public void progress(double done, double total, String message) {}

        @Override
        public void log(String level, String logger, String message) {}
    }

    private static final Client MUTE = new Answering(Optional.empty(), Json.object());
    private static final Who LOCAL = new Who(Caller.local(), Tenant.DEFAULT);
    private static final Policy OPEN = new Policy(
            false, Set.of(), Set.of(), false, 1_000, Duration.ofSeconds(20), Duration.ofMinutes(10), 100_000);

    @TempDir
    private Path data;

    private final AtomicInteger performed = new AtomicInteger();
    private final List<String> finished = Collections.synchronizedList(new ArrayList<>());
    private Does.Doing doing = (input, call) -> Collections.nCopies(input.times(), input.text());
    private Store store;
    private AuditLog audit;

    @BeforeEach
    void open() {
        store = Store.open(new StoreUrl.Embedded(data));
        audit = new AuditLog(data.resolve("audit"), 1 << 20);
    }

    @AfterEach
    void close() {
        audit.close();
        store.close();
    }

    private Chain chain(Policy policy) {
        return new Chain(
                new Permission(policy, new Tenants(Map.of())),
                new Quotas(Map.of(), Quotas.Quota.NONE),
                audit,
                () -> new Plans(store, Clock.systemUTC()),
                () -> new Idempotency(store, Clock.systemUTC()),
                new Redactor(List.of("hunter2-secret")),
                (operation, outcome, nanos) -> finished.add(operation.name() + " " + outcome));
    }

    private Operation reading() {
        return operation(reads("look_up", Input.class, Output.class));
    }

    private Operation changing() {
        return operation(changes("remove_it", Input.class, Output.class).mayDestroy());
    }

    private Operation operation(ToolSpec<Input, Output> spec) {
        Does.Doing now = (input, call) -> doing.call(input, call);
        return new ToolOperation<>("test", new Does(spec.description("Does."), performed, now)).operation();
    }

    private Reply.Answer handle(Policy policy, Operation operation, String arguments, Client client) {
        try {
            return (Reply.Answer) chain(policy).handle(LOCAL, operation, Json.read(arguments), client);
        } catch (InterruptedException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<JsonNode> audited() {
        audit.close();
        try (Stream<Path> files = Files.walk(data.resolve("audit"))) {
            List<JsonNode> events = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                for (String line : Files.readAllLines(file)) {
                    JsonNode event = line.startsWith("{") ? Json.read(line) : Json.object();
                    if (event.has("outcome")) {
                        events.add(event);
                    }
                }
            }
            return events;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertRefused(ToolException.Kind kind, String message, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }

    @Test
    void passesItsStepsInThisOrder() {
        assertThat(chain(OPEN).order())
                .containsExactly("Trace", "Audit", "Authorize", "Limit", "Once", "Confirm", "Redact", "Perform");
    }

    @Test
    void recordsACallWithTheDigestOfItsArgumentsAndNeverTheArguments() throws Exception {
        handle(OPEN, reading(), "{\"text\":\"very private\"}", MUTE);
        assertThat(audited()).singleElement().satisfies(event -> {
            assertThat(event.path("tool").asText()).isEqualTo("look_up");
            assertThat(event.path("outcome").asText()).isEqualTo("ok");
            assertThat(event.path("digest").asText()).hasSize(64);
            assertThat(event.toString()).doesNotContain("very private");
        });
        assertThat(finished).containsExactly("look_up ok");
    }

    @Test
    void givesTheSameDigestHoweverTheArgumentsAreWritten() {
        handle(OPEN, reading(), "{\"text\":\"a\",\"times\":2}", MUTE);
        handle(OPEN, reading(), "{ \"times\": 2, \"text\": \"a\" }", MUTE);
        assertThat(audited().stream()
                        .map(event -> event.path("digest").asText())
                        .distinct())
                .hasSize(1);
    }

    @Test
    void refusesArgumentsThatDoNotFitAndRecordsThat() {
        assertRefused(
                ToolException.Kind.INVALID_INPUT,
                "/times must be between 0 and 100000, got -1",
                () -> handle(OPEN, reading(), "{\"times\":-1}", MUTE));
        assertThat(performed).hasValue(0);
        assertThat(audited())
                .extracting(event -> event.path("outcome").asText())
                .containsExactly("invalid_input");
    }

    @Test
    void letsOnlyReadsThroughInReadOnlyMode() {
        Policy readOnly = new Policy(
                true, Set.of(), Set.of(), false, 1_000, Duration.ofSeconds(20), Duration.ofMinutes(10), 100_000);
        assertThat(handle(readOnly, reading(), "{}", MUTE).error()).isFalse();
        assertRefused(ToolException.Kind.DENIED, "read-only", () -> handle(readOnly, changing(), "{}", MUTE));
        assertThat(performed).hasValue(1);
        assertThat(audited())
                .extracting(event -> event.path("outcome").asText())
                .containsExactly("ok", "denied");
    }

    @Test
    void offersWhatIsAllowedAndNotDenied() {
        Policy denied = new Policy(
                false,
                Set.of(),
                Set.of("look_up"),
                false,
                1_000,
                Duration.ofSeconds(20),
                Duration.ofMinutes(10),
                100_000);
        Policy other = new Policy(
                false,
                Set.of("other"),
                Set.of(),
                false,
                1_000,
                Duration.ofSeconds(20),
                Duration.ofMinutes(10),
                100_000);
        assertRefused(ToolException.Kind.DENIED, "switched off", () -> handle(denied, reading(), "{}", MUTE));
        assertRefused(ToolException.Kind.DENIED, "switched off", () -> handle(other, reading(), "{}", MUTE));
    }

    @Test
    void deniesACallerWithoutTheScopeAndNamesIt() {
        Operation scoped = operation(reads("look_up", Input.class, Output.class).scopes("fs:read"));
        Who who = new Who(new Caller("key:k1", Set.of("k8s:read"), Set.of("*")), Tenant.DEFAULT);
        assertRefused(ToolException.Kind.DENIED, "needs the scope fs:read", () -> {
            try {
                chain(OPEN).handle(who, scoped, Json.object(), MUTE);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void deniesAndRecordsAnAttemptInAnotherTenantsWorld() {
        Who who = new Who(new Caller("key:k1", Set.of("*"), Set.of("blue")), Tenant.DEFAULT);
        assertRefused(ToolException.Kind.DENIED, "key:k1 does not belong to tenant default", () -> {
            try {
                chain(OPEN).handle(who, reading(), Json.object(), MUTE);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(audited()).extracting(event -> event.path("caller").asText()).containsExactly("key:k1");
    }

    @Test
    void hidesSecretsInErrorsToo() {
        doing = (input, call) -> {
            throw ToolException.conflict("cannot log in with hunter2-secret");
        };
        assertRefused(ToolException.Kind.CONFLICT, "cannot log in with ***", () -> handle(OPEN, reading(), "{}", MUTE));
    }

    @Test
    void interruptsACallAtItsDeadline() {
        doing = (input, call) -> {
            Thread.sleep(30_000);
            return List.of();
        };
        Policy hasty = new Policy(
                false, Set.of(), Set.of(), false, 1_000, Duration.ofMillis(100), Duration.ofMinutes(10), 100_000);
        assertRefused(
                ToolException.Kind.LIMIT, "took longer than its deadline", () -> handle(hasty, reading(), "{}", MUTE));
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void takesLessTimeThanItsDeadlineWhereTheCallerSaysSo() {
        doing = (input, call) -> {
            Thread.sleep(30_000);
            return List.of();
        };
        assertRefused(
                ToolException.Kind.LIMIT,
                "look_up took longer than its deadline of 0.15 s",
                () -> handle(OPEN, reading(), "{\"millis\": 150}", MUTE));
        assertRefused(
                ToolException.Kind.LIMIT,
                "look_up took longer than its deadline of 0.1 s",
                () -> handle(
                        policy(Duration.ofMillis(100), Duration.ofSeconds(1)), reading(), "{\"millis\": 9000}", MUTE));
    }

    @Test
    void asksMoreOfAnInputThatDoesMore() {
        Operation report = operation(
                reads("report", Input.class, Output.class).scopes("test:read").upTo(Effect.CHANGES, "test:write"));
        Policy readOnly = new Policy(
                true, Set.of(), Set.of(), false, 1_000, Duration.ofSeconds(20), Duration.ofMinutes(10), 100_000);
        assertThat(items(handle(readOnly, report, "{}", MUTE))).isEqualTo("x");
        assertThat(items(handle(OPEN, report, "{\"write\": true}", MUTE))).isEqualTo("x");
        assertRefused(
                ToolException.Kind.DENIED,
                "report changes things and this server is read-only",
                () -> handle(readOnly, report, "{\"write\": true}", MUTE));
        Who reader = new Who(new Caller("key:r", Set.of("test:read"), Set.of("default")), Tenant.DEFAULT);
        assertThat(items(handle(reader, OPEN, report, "{}"))).isEqualTo("x");
        assertRefused(
                ToolException.Kind.DENIED,
                "report needs the scope test:write, which key:r does not hold",
                () -> handle(reader, OPEN, report, "{\"write\": true}"));
        assertThat(performed).hasValue(3);
    }

    @Test
    void doesNothingBeyondWhatItsToolDeclares() {
        assertRefused(ToolException.Kind.INTERNAL, "", () -> handle(OPEN, reading(), "{\"write\": true}", MUTE));
        assertThat(performed).hasValue(0);
    }

    private Reply.Answer handle(Who who, Policy policy, Operation operation, String arguments) {
        try {
            return (Reply.Answer) chain(policy).handle(who, operation, Json.read(arguments), MUTE);
        } catch (InterruptedException | IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void tellsTheToolWhichSystemTheCallerMeans() {
        doing = (input, call) -> List.of(call.system().orElse("the configured one"));
        assertThat(items(handle(OPEN, reading(), "{\"system\": \"there\"}", MUTE)))
                .isEqualTo("there");
        assertThat(items(handle(OPEN, reading(), "{}", MUTE))).isEqualTo("the configured one");
    }

    private static String items(Reply.Answer answer) {
        return answer.structured().orElseThrow().path("items").path(0).asText();
    }

    /** A person who says yes after a while. */
    private static Client slowlyAnswering(Duration pause) {
        return answering(question -> {
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                return sneaky(e);
            }
            ObjectNode answer = Json.object().put("action", "accept");
            answer.putObject("content").put("confirm", true);
            return answer;
        });
    }

    private static Client answering(Function<Question, JsonNode> answer) {
        return new Answering(Optional.of(answer), Json.object());
    }

    /** Throws what a real client's {@code ask} declares. */
    @SuppressWarnings("unchecked")
    private static <E extends Exception> JsonNode sneaky(Exception e) throws E {
        throw (E) e;
    }

    @Test
    void doesNotCountTheTimeAPersonTakesToConfirm() {
        Policy hasty = policy(Duration.ofMillis(200), Duration.ofSeconds(20));
        doing = (input, call) -> List.of("gone");
        Client person = slowlyAnswering(Duration.ofMillis(500));
        assertThat(handle(hasty, changing(), "{\"permanent\": true}", person)
                        .structured()
                        .orElseThrow()
                        .path("items")
                        .path(0)
                        .asText())
                .isEqualTo("gone");
    }

    @Test
    void countsTheTimeAfterAPersonAnswered() {
        Policy hasty = policy(Duration.ofMillis(200), Duration.ofSeconds(20));
        doing = (input, call) -> {
            Thread.sleep(30_000);
            return List.of();
        };
        Client person = slowlyAnswering(Duration.ofMillis(300));
        assertRefused(
                ToolException.Kind.LIMIT,
                "took longer than its deadline",
                () -> handle(hasty, changing(), "{\"permanent\": true}", person));
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void doesNotWaitForAPersonForever() {
        Policy impatient = policy(Duration.ofSeconds(20), Duration.ofMillis(100));
        Client person = slowlyAnswering(Duration.ofSeconds(30));
        assertRefused(
                ToolException.Kind.LIMIT,
                "nobody answered the question",
                () -> handle(impatient, changing(), "{\"permanent\": true}", person));
        assertThat(performed).hasValue(0);
        assertThat(Thread.interrupted()).isFalse();
    }

    private static Policy policy(Duration deadline, Duration patience) {
        return new Policy(false, Set.of(), Set.of(), false, 1_000, deadline, patience, 100_000);
    }

    @Test
    void endsACancelledCallAndRecordsThat() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        AtomicReference<Throwable> ended = new AtomicReference<>();
        doing = (input, call) -> {
            started.countDown();
            Thread.sleep(30_000);
            return List.of();
        };
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                chain(OPEN).handle(LOCAL, reading(), Json.object(), MUTE);
            } catch (Throwable e) {
                ended.set(e);
            }
        });
        started.await();
        caller.interrupt();
        caller.join();
        assertThat(ended.get()).isInstanceOf(InterruptedException.class);
        assertThat(audited())
                .extracting(event -> event.path("outcome").asText())
                .containsExactly("cancelled");
    }

    @Test
    void shortensAnAnswerPastItsBudgetAndSaysWhatWasLeftOut() throws Exception {
        Reply.Answer answer = handle(OPEN, reading(), "{\"text\":\"0123456789\",\"times\":5000}", MUTE);
        assertThat(Json.size(answer.structured().orElseThrow())).isBetween(3_500, 5_000);
        assertThat(answer.meta().path("dev.millwright/omitted").asText())
                .contains("/items after its first", "of 5000 items");
        assertThat(answer.content().getLast())
                .isInstanceOfSatisfying(
                        Content.Text.class, text -> assertThat(text.text()).startsWith("Left out"));
    }

    @Test
    void letsACallAskForALongerAnswer() {
        Reply.Answer answer =
                handle(OPEN, reading(), "{\"text\":\"0123456789\",\"times\":5000,\"maxTokens\":50000}", MUTE);
        assertThat(answer.structured().orElseThrow().path("items")).hasSize(5000);
    }

    @Test
    void refusesArgumentsThatAreTooLarge() {
        assertRefused(
                ToolException.Kind.LIMIT,
                "at most 100000 fit",
                () -> handle(OPEN, reading(), "{\"text\":\"" + "a".repeat(100_001) + "\"}", MUTE));
    }

    @Test
    void takesSecretsOutOfAnswers() {
        Reply.Answer answer = handle(OPEN, reading(), "{\"text\":\"the password is hunter2-secret\"}", MUTE);
        assertThat(answer.structured().orElseThrow().toString()).contains("the password is ***");
        assertThat(answer.meta().path("dev.millwright/redacted").asBoolean()).isTrue();
    }

    @Test
    void answersAFailureInsideWithAnIdAndNoDetail() {
        doing = (input, call) -> {
            throw new IllegalStateException("internals: /etc/shadow");
        };
        assertThatThrownBy(() -> handle(OPEN, reading(), "{}", MUTE))
                .isInstanceOfSatisfying(
                        ToolException.class, e -> assertThat(e.kind()).isEqualTo(ToolException.Kind.INTERNAL))
                .hasMessageMatching("look_up failed inside the server; its log has the details under c-[a-z0-9]{20}");
    }

    private static Client answering(String action, boolean confirm) {
        ObjectNode answer = Json.object().put("action", action);
        answer.putObject("content").put("confirm", confirm);
        return new Answering(Optional.of(question -> answer), Json.object());
    }

    private static final String PERMANENT = "{\"text\":\"the file\",\"permanent\":true}";

    @Test
    void destroysOnceAPersonAgreed() {
        handle(OPEN, changing(), PERMANENT, answering("accept", true));
        assertThat(performed).hasValue(1);
        assertThat(audited().getFirst().path("note").asText()).isEqualTo("confirmed by the person");
        assertThat(audited().getFirst().path("effect").asText()).isEqualToIgnoringCase("destroys");
    }

    @Test
    void doesNotDestroyWhatAPersonRefused() {
        assertRefused(
                ToolException.Kind.DENIED,
                "the person said no to: Remove the file for good?",
                () -> handle(OPEN, changing(), PERMANENT, answering("accept", false)));
        assertThat(performed).hasValue(0);
    }

    @Test
    void doesNotAskForWhatCanBeUndone() {
        handle(OPEN, changing(), "{}", MUTE);
        assertThat(performed).hasValue(1);
    }

    private String token(Client client) {
        try {
            handle(OPEN, changing(), PERMANENT, client);
            throw new AssertionError("not refused");
        } catch (ToolException e) {
            Matcher token = Pattern.compile("\"plan\": \"([A-Za-z0-9_-]{43})\"").matcher(e.getMessage());
            assertThat(token.find()).as(e.getMessage()).isTrue();
            return token.group(1);
        }
    }

    private static String with(String token, String text) {
        return "{\"text\":\"%s\",\"permanent\":true,\"plan\":\"%s\"}".formatted(text, token);
    }

    @Test
    void destroysWithThePlanTokenOfARefusedCallExactlyOnce() {
        String token = token(MUTE);
        assertThat(performed).hasValue(0);
        handle(OPEN, changing(), with(token, "the file"), MUTE);
        assertThat(performed).hasValue(1);
        assertThatThrownBy(() -> handle(OPEN, changing(), with(token, "the file"), MUTE))
                .isInstanceOf(ToolException.class);
        assertThat(performed).hasValue(1);
    }

    @Test
    void givesAPlanTokenWhenThePersonPutTheQuestionAside() {
        handle(OPEN, changing(), with(token(answering("decline", false)), "the file"), MUTE);
        assertThat(performed).hasValue(1);
    }

    @Test
    void takesNoPlanTokenForOtherArguments() {
        String token = token(MUTE);
        assertThatThrownBy(() -> handle(OPEN, changing(), with(token, "another file"), MUTE))
                .isInstanceOf(ToolException.class);
        assertThat(performed).hasValue(0);
    }

    @Test
    void destroysUnaskedOnlyWhenToldToAndRecordsThat() {
        Policy yes = new Policy(
                false, Set.of(), Set.of(), true, 1_000, Duration.ofSeconds(20), Duration.ofMinutes(10), 100_000);
        handle(yes, changing(), PERMANENT, MUTE);
        assertThat(audited().getFirst().path("note").asText()).isEqualTo("unconfirmed: --yes");
    }

    @Test
    void performsACallWithTheSameIdempotencyKeyOnce() {
        Client retrying =
                new Answering(Optional.empty(), Json.object().put("dev.millwright/idempotencyKey", "retry-1"));
        Reply.Answer first = handle(OPEN, changing(), "{\"text\":\"a\"}", retrying);
        Reply.Answer second = handle(OPEN, changing(), "{\"text\":\"a\"}", retrying);
        assertThat(performed).hasValue(1);
        assertThat(second.structured()).isEqualTo(first.structured());
        assertRefused(ToolException.Kind.CONFLICT, "", () -> handle(OPEN, changing(), "{\"text\":\"b\"}", retrying));
    }

    @Test
    void letsOnlyReadsThroughWhileNothingCanBeRecorded() throws Exception {
        audit.close();
        Files.writeString(data.resolve("blocked"), "a file where a folder should be");
        audit = new AuditLog(data.resolve("blocked"), 1 << 20);
        assertThat(handle(OPEN, reading(), "{}", MUTE).error()).isFalse();
        assertRefused(ToolException.Kind.UNAVAILABLE, "", () -> handle(OPEN, changing(), "{}", MUTE));
        assertThat(performed).hasValue(1);
    }
}
