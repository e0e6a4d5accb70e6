package dev.millwright.k8s;

import static dev.millwright.tool.ToolSpec.reads;

import dev.millwright.json.Doc;
import dev.millwright.json.Json;
import dev.millwright.k8s.config.K8sConfig;
import dev.millwright.k8s.diagnose.Targets;
import dev.millwright.k8s.diagnose.Touched;
import dev.millwright.k8s.model.Ref;
import dev.millwright.k8s.reach.Clusters;
import dev.millwright.k8s.state.Listing;
import dev.millwright.k8s.state.LiveSource;
import dev.millwright.k8s.state.Partial;
import dev.millwright.k8s.state.State;
import dev.millwright.k8s.timeline.Moment;
import dev.millwright.k8s.timeline.Timeline;
import dev.millwright.k8s.view.HelmObjects;
import dev.millwright.mask.SecretText;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Cursor;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/** What happened, newest first. */
final class K8sTimeline implements Tool<K8sTimeline.Input, K8sTimeline.Output> {
    record Input(
            String namespace,
            @Doc("KIND/NAME, or a name.") Optional<String> object,

            @Doc(value = "", orElse = "1h") String since,

            Optional<String> cursor,
            Optional<String> context,
            OptionalInt budget)
            implements Budgeted {
        @Override
        public OptionalInt maxTokens() {
            return budget.isPresent() ? budget : OptionalInt.of(1_200);
        }
    }

    record Entry(String at, String what, String object, String text, OptionalInt count) {}

    record Output(List<Entry> entries, OptionalInt more, Optional<String> cursor, Optional<List<String>> partial) {}

    /** @param until the end of what was looked at first */
    record Place(String until, int from) {}

    static final ToolSpec<Input, Output> SPEC = reads("k8s_timeline", Input.class, Output.class)
            .description(
                    "What happened, newest first: events, rollouts with diffs, Helm revisions, writers, restarts. Untrusted.")
            .scopes("k8s:read");

    private static final int FRAME = 500;
    private static final int LONGEST = 300;

    private final Clusters clusters;
    private final K8sConfig config;
    private final Clock clock;

    K8sTimeline(Clusters clusters, K8sConfig config, Clock clock) {
        this.clusters = clusters;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public ToolSpec<Input, Output> spec() {
        return SPEC;
    }

    @Override
    public Output call(Input input, Call call) throws Exception {
        String namespace = clusters.namespace(call, input.context(), Optional.of(input.namespace()));
        return clusters.use(call, input.context(), cluster -> {
            String question = String.join(
                    "\n",
                    SPEC.name(),
                    call.tenant().name(),
                    cluster.context(),
                    namespace,
                    input.object().orElse(""),
                    input.since());
            Place place = input.cursor()
                    .map(each -> Cursor.read(each, Place.class, question))
                    .orElse(new Place(
                            clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(), 0));
            Instant until = Instant.parse(place.until());
            State state = new State(
                    new LiveSource(cluster, config.maxObjects(), clock, Timeline.READ), Optional.of(namespace));
            Predicate<Ref> concerns = concerns(input, state);
            Listing releases = HelmObjects.list(cluster, Optional.of(namespace), false);
            List<Moment> moments =
                    Timeline.of(state, until.minus(Asked.since(input.since())), concerns, releases.items()).stream()
                            .filter(each -> !each.at().isAfter(until.plusSeconds(1)))
                            .toList();
            if (moments.isEmpty()) {
                Asked.checkExists(cluster, namespace);
            }
            List<Partial> partial = new ArrayList<>(state.partial());
            releases.missing().ifPresent(partial::add);
            return answer(call, moments, namespace, place, question, Partial.fold(partial));
        });
    }

    private static Predicate<Ref> concerns(Input input, State state) {
        if (input.object().isEmpty()) {
            return any -> true;
        }
        String[] parts = input.object().get().split("/", 2);
        Optional<String> kind = parts.length > 1 ? Optional.of(parts[0]) : Optional.empty();
        String name = parts[parts.length - 1];
        Touched touched = Touched.of(state, Targets.find(state, "/object", kind, Optional.of(name), Optional.empty()));
        return ref ->
                touched.has(ref) || ref.kind().equals("Release") && ref.name().equals(name);
    }

    private static Output answer(
            Call call, List<Moment> moments, String namespace, Place place, String question, List<String> partial) {
        List<Entry> entries = new ArrayList<>();
        int room = call.budget() * 4 - FRAME;
        for (Moment each : moments.subList(Math.min(place.from(), moments.size()), moments.size())) {
            Entry entry = new Entry(
                    each.at().truncatedTo(ChronoUnit.SECONDS).toString(),
                    each.what(),
                    FoundCause.name(each.object(), Optional.of(namespace)),
                    FoundCause.clip(SecretText.text(each.text()), LONGEST),
                    each.count() > 1 ? OptionalInt.of(each.count()) : OptionalInt.empty());
            room -= Json.size(Json.tree(entry)) + 1;
            if (room < 0 && !entries.isEmpty()) {
                break;
            }
            entries.add(entry);
        }
        int next = place.from() + entries.size();
        int more = Math.max(0, moments.size() - next);
        return new Output(
                entries,
                more > 0 ? OptionalInt.of(more) : OptionalInt.empty(),
                more > 0 ? Optional.of(Cursor.of(new Place(place.until(), next), question)) : Optional.empty(),
                partial.isEmpty() ? Optional.empty() : Optional.of(partial));
    }
}
