package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.json.Doc;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.sql.Databases;
import dev.millwright.k8s.sql.Engine;
import dev.millwright.k8s.sql.Statistics;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.util.Optional;
import java.util.OptionalInt;

/** Asks a database in the cluster how it is. */
final class DbQueryStats implements Tool<DbQueryStats.Input, DbQueryStats.Output> {
    enum Which {
        AUTO,
        POSTGRESQL,
        MYSQL
    }

    record Input(
            Optional<String> context,
            String namespace,

            @Doc("NAME or KIND/NAME of what runs it.") String target,

            @Doc(value = "", orElse = "auto") Which engine,

            @Doc("With the login.") Optional<String> secret,

            Optional<String> database,

            @Doc(value = "", min = 1, max = 50, orElse = "10")
            int top,

            OptionalInt budget)
            implements Budgeted {
        @Override
        public OptionalInt maxTokens() {
            return budget.isPresent() ? budget : OptionalInt.of(1_200);
        }
    }

    record Output(Statistics database) {}

    static final ToolSpec<Input, Output> SPEC = reads("db_query_stats", Input.class, Output.class)
            .description(
                    "How a PostgreSQL, MySQL or MariaDB does: connections, slow and blocked queries, cache, bloat, lag, top statements.")
            .scopes("k8s:read", "k8s:database");

    private final Clusters clusters;

    DbQueryStats(Clusters clusters) {
        this.clusters = clusters;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        String namespace = clusters.namespace(call, input.context(), Optional.of(input.namespace()));
        Optional<Engine> engine = switch (input.engine()) {
            case AUTO -> Optional.empty();
            case POSTGRESQL -> Optional.of(Engine.POSTGRESQL);
            case MYSQL -> Optional.of(Engine.MYSQL);
        };
        return new Output(clusters.use(
                call,
                input.context(),
                cluster -> new Databases(cluster, namespace)
                        .statistics(input.target(), engine, input.secret(), input.database(), input.top())));
    }
}
