package dev.millwright.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.audit.AuditLog;
import dev.millwright.call.Chain;
import dev.millwright.call.Client;
import dev.millwright.call.Permission;
import dev.millwright.call.Policy;
import dev.millwright.call.Quotas;
import dev.millwright.call.Reply;
import dev.millwright.call.ToolOperation;
import dev.millwright.call.Who;
import dev.millwright.identity.ApiKeys;
import dev.millwright.identity.Authenticator;
import dev.millwright.identity.Caller;
import dev.millwright.identity.Tenants;
import dev.millwright.identity.Unauthenticated;
import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.json.Redactor;
import dev.millwright.store.Idempotency;
import dev.millwright.store.Plans;
import dev.millwright.store.Store;
import dev.millwright.store.StoreUrl;
import dev.millwright.tool.Call;
import dev.millwright.tool.Question;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import dev.millwright.tool.Unanswerable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.util.Statistics;

/** What the door costs: authentication by API key, policy and audit around a read that does next to nothing. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@Fork(value = 1, jvmArgs = "--enable-native-access=ALL-UNNAMED")
public class ChainOverhead {
    /** Microseconds the whole may take at the median. */
    private static final double MOST = 150;

    private static final ObjectNode ARGUMENTS = Json.object()
            .put("path", "src/main/java/dev/millwright/Example.java")
            .put("lines", 100);

    private final ReadNothing tool = new ReadNothing();
    private final ToolOperation<?, ?> operation = new ToolOperation<>("bench", tool);
    private final NobodyThere client = new NobodyThere();
    private Optional<Running> running = Optional.empty();

    private record Running(
            Path data,
            Store store,
            AuditLog audit,
            Chain chain,
            Tenants tenants,
            Authenticator authenticator,
            String token) {}

    /** A read whose own work is one small record. */
    static final class ReadNothing implements Tool<ReadNothing.Input, ReadNothing.Output> {
        record Input(
                @Doc("A path.") String path,

                @Doc(value = "Lines.", min = 1, max = 1000, orElse = "10")
                int lines) {}

        record Output(String path, int lines) {}

        static final ToolSpec<Input, Output> SPEC = ToolSpec.reads("read_nothing", Input.class, Output.class)
                .description("Reads nothing.")
                .scopes("fs:read");

        @Override
        public ToolSpec<Input, Output> spec() {
            return SPEC;
        }

        @Override
        public Output call(Input input, Call call) {
            return new Output(input.path(), input.lines());
        }
    }

    /** A client that cannot be asked and does not listen. */
    private record NobodyThere() implements Client {
        @Override
        public boolean canAsk(Question question) {
            return false;
        }

        @Override
        public Map<String, JsonNode> ask(Map<String, Question> questions) {
            throw new Unanswerable("elicitation");
        }

        @Override
        public void progress(double done, double total, String message) {}

        @Override
        public void log(String level, String logger, String message) {}

        @Override
        public ObjectNode meta() {
            return Json.object();
        }
    }

    @Setup(Level.Trial)
    public void open() throws IOException {
        Path data = Files.createTempDirectory("millwright-bench");
        Store store = Store.open(new StoreUrl.Embedded(data));
        AuditLog audit = new AuditLog(data.resolve("audit"), 64 << 20);
        Tenants tenants = new Tenants(Map.of());
        Policy policy = new Policy(false, Set.of(), Set.of(), false, 6000, Duration.ofSeconds(60), Duration.ofMinutes(10), 1 << 24);
        Chain chain = new Chain(
                new Permission(policy, tenants),
                new Quotas(Map.of(), Quotas.Quota.NONE),
                audit,
                () -> new Plans(store, Clock.systemUTC()),
                () -> new Idempotency(store, Clock.systemUTC()),
                new Redactor(List.of("a-configured-secret")),
                (_, _, _) -> {});
        ApiKeys keys = new ApiKeys(store, Clock.systemUTC());
        String token =
                keys.create("bench", Set.of("*"), Set.of("*"), Optional.empty()).token();
        running = Optional.of(
                new Running(data, store, audit, chain, tenants, Authenticator.keys(keys), "Bearer " + token));
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        Running ended = running.orElseThrow();
        ended.audit().close();
        ended.store().close();
        try (Stream<Path> files = Files.walk(ended.data())) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** The key alone. */
    @Benchmark
    public Caller authentication() throws Unauthenticated {
        Running now = running.orElseThrow();
        return now.authenticator().authenticate(Optional.of(now.token()));
    }

    /** Everything a call over HTTP passes once it is parsed. */
    @Benchmark
    public Reply wholeDoor() throws Unauthenticated, InterruptedException {
        Running now = running.orElseThrow();
        Caller caller = now.authenticator().authenticate(Optional.of(now.token()));
        Who who = new Who(caller, now.tenants().of(caller, Optional.empty()));
        return now.chain().handle(who, operation.operation(), ARGUMENTS, client);
    }

    /** Runs both, prints a table of microseconds, and ends with 1 when the whole door takes too long. */
    public static void main(String[] args) throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(ChainOverhead.class.getSimpleName())
                        .build())
                .run();
        PrintStream out = System.out;
        out.printf("%n%-16s %10s %10s %10s  microseconds%n", "", "p50", "p99", "p99.9");
        double whole = Double.NaN;
        for (RunResult result : results) {
            Statistics time = result.getPrimaryResult().getStatistics();
            String name = result.getPrimaryResult().getLabel();
            out.printf(
                    "%-16s %10.1f %10.1f %10.1f%n",
                    name, time.getPercentile(50), time.getPercentile(99), time.getPercentile(99.9));
            if (name.equals("wholeDoor")) {
                whole = time.getPercentile(50);
            }
        }
        boolean quick = whole < MOST;
        out.printf("authentication, policy and audit of a read: %.1f of at most %.0f%n", whole, MOST);
        System.exit(quick ? 0 : 1);
    }
}
