package dev.millwright.transport;

import static dev.millwright.tool.ToolSpec.changes;
import static dev.millwright.tool.ToolSpec.destroys;
import static dev.millwright.tool.ToolSpec.reads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.audit.AuditLog;
import dev.millwright.call.Chain;
import dev.millwright.call.Permission;
import dev.millwright.call.Policy;
import dev.millwright.call.Quotas;
import dev.millwright.call.Who;
import dev.millwright.identity.Caller;
import dev.millwright.identity.Tenants;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.json.Redactor;
import dev.millwright.protocol.Endpoint;
import dev.millwright.protocol.Offer;
import dev.millwright.store.Idempotency;
import dev.millwright.store.Plans;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.tool.Call;
import dev.millwright.tool.Content;
import dev.millwright.tool.Prompt;
import dev.millwright.tool.Question;
import dev.millwright.tool.Resources;
import dev.millwright.tool.Tenant;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import dev.millwright.tool.ToolSpec;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A small server whose tools do what protocol tests need to see: answer, wait, report, ask, destroy, fail. */
final class Workbench implements AutoCloseable {
    record Text(@Doc(value = "Any text.", orElse = "") String text) {}

    record Said(String said) {}

    interface Doing {
        String call(String text, Call call) throws Exception;
    }

    private record Does(ToolSpec<Text, Said> spec, Doing doing) implements Tool<Text, Said> {
        @Override
        public Said call(Text input, Call call) throws Exception {
            return new Said(doing.call(input.text(), call));
        }
    }

    static final Who LOCAL = new Who(Caller.local(), Tenant.DEFAULT);
    static final byte[] KEY = new byte[32];

    final CountDownLatch waiting = new CountDownLatch(1);
    final CountDownLatch interrupted = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);
    final AtomicInteger destroyed = new AtomicInteger();
    final Endpoint endpoint;
    private final Store store;
    private final AuditLog audit;

    Workbench(Path data) {
        this(data, Set.of());
    }

    Workbench(Path data, Set<String> deny) {
        store = Store.open(new StoreUrl.Embedded(data));
        audit = new AuditLog(data.resolve("audit"), 1 << 20);
        Policy policy = new Policy(
                false, Set.of(), deny, false, 100_000, Duration.ofSeconds(60), Duration.ofMinutes(10), 1 << 20);
        Chain chain = new Chain(
                new Permission(policy, new Tenants(Map.of())),
                new Quotas(Map.of(), Quotas.Quota.NONE),
                audit,
                () -> new Plans(store, Clock.systemUTC()),
                () -> new Idempotency(store, Clock.systemUTC()),
                new Redactor(List.of()),
                (operation, outcome, nanos) -> {});
        Offer offer =
                new Offer("workbench", "Say something.", tools(), Optional.of(new Notes()), List.of(new Greeting()));
        endpoint = new Endpoint("workbench", "1.0", List.of(offer), chain);
    }

    private List<Tool<?, ?>> tools() {
        return List.of(
                tool(reads("echo", Text.class, Said.class), (text, call) -> text),
                tool(reads("wait", Text.class, Said.class), (text, call) -> await()),
                tool(reads("report", Text.class, Said.class), (text, call) -> {
                    call.progress(1, 3, "one");
                    call.progress(3, 3, "three");
                    call.progress(2, 3, "back");
                    call.log("debug", "small");
                    call.log("error", "large");
                    return "reported";
                }),
                tool(reads("ask_twice", Text.class, Said.class), (text, call) -> {
                    String first = ask(call, "first");
                    return first + " " + ask(call, "second");
                }),
                tool(
                        reads("sample", Text.class, Said.class),
                        (text, call) -> call.ask(Map.of("model", new Question.Sample(Json.object())))
                                .toString()),
                tool(
                        destroys("destroy", Text.class, Said.class),
                        (text, call) -> "destroyed " + destroyed.incrementAndGet()),
                tool(reads("fail", Text.class, Said.class), (text, call) -> {
                    throw new IllegalStateException("inner secret detail");
                }),
                tool(reads("break", Text.class, Said.class), (text, call) -> {
                    throw new NoClassDefFoundError("inner/Missing");
                }),
                tool(reads("refuse", Text.class, Said.class), (text, call) -> {
                    throw ToolException.notFound("/text names nothing here");
                }),
                tool(reads("trace", Text.class, Said.class), (text, call) -> call.id()),
                tool(changes("hidden", Text.class, Said.class), (text, call) -> "seen"));
    }

    private static Tool<Text, Said> tool(ToolSpec<Text, Said> spec, Doing doing) {
        return new Does(spec.description("For tests."), doing);
    }

    private String await() throws InterruptedException {
        waiting.countDown();
        try {
            released.await();
            return "released";
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
    }

    private static String ask(Call call, String key) throws InterruptedException {
        ObjectNode schema = Json.object().put("type", "object");
        schema.putObject("properties").putObject("name").put("type", "string");
        JsonNode answer = call.ask(Map.of(key, new Question.Form("The " + key + "?", schema)))
                .get(key);
        return answer.path("content").path("name").asText();
    }

    private record Notes() implements Resources {
        @Override
        public String scheme() {
            return "note";
        }

        @Override
        public Page list(Optional<String> cursor, Call call) {
            Resource one = new Resource("note:1", "one", "The first.", "text/plain", Optional.of(5L));
            Resource two = new Resource("note:2", "two", "The second.", "text/plain", Optional.empty());
            return cursor.isEmpty()
                    ? new Page(List.of(one), Optional.of("2"))
                    : new Page(List.of(two), Optional.empty());
        }

        @Override
        public List<Template> templates() {
            return List.of(new Template("note:{id}", "note", "A note.", "text/plain"));
        }

        @Override
        public List<Content.ResourceContent> read(String uri, Call call) {
            if (!uri.equals("note:1")) {
                throw ToolException.notFound("no note " + uri);
            }
            return List.of(Content.ResourceContent.text(uri, "text/plain", "hello"));
        }

        @Override
        public List<String> complete(String uriTemplate, String variable, String typed, Call call) {
            return List.of(typed + "1", typed + "2");
        }
    }

    private record Greeting() implements Prompt {
        @Override
        public String name() {
            return "greeting";
        }

        @Override
        public String title() {
            return "Greeting";
        }

        @Override
        public String description() {
            return "Greets.";
        }

        @Override
        public List<Argument> arguments() {
            return List.of(new Argument("who", "Whom to greet.", true));
        }

        @Override
        public List<Message> render(Map<String, String> arguments, Call call) {
            return List.of(new Message("user", new Content.Text("Greet " + arguments.get("who"))));
        }
    }

    @Override
    public void close() {
        audit.close();
        store.close();
    }
}
