package dev.millwright.k8s.reach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.k8s.api.Kind;
import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.Members;
import dev.millwright.k8s.config.K8sReach;
import dev.millwright.k8s.fix.TestClock;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.state.LiveSource;
import dev.millwright.k8s.stub.StubApiServer.Failure;
import dev.millwright.k8s.stub.World;
import dev.millwright.testing.FakeCall;
import dev.millwright.tool.Tenant;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a process that lasts keeps of lists, through the real connector. */
@Timeout(60)
class WatchesTest {
    private static final Tenant ONE = new Tenant("one");
    private static final Tenant OTHER = new Tenant("other");
    private static final Optional<String> SHOP = Optional.of("shop");

    @TempDir
    Path temp;

    private final TestClock clock = new TestClock(Instant.parse("2026-11-20T14:30:00Z"));
    private World world;
    private Optional<Clusters> open = Optional.empty();

    @BeforeEach
    void open() {
        world = new World(temp).load("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: a, namespace: shop}
                data: {k: old}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: b, namespace: shop}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: s, namespace: shop}
                """);
    }

    @AfterEach
    void close() {
        open.ifPresent(Clusters::close);
        world.close();
    }

    private Clusters clusters(int most, long mostBytes, Duration span) {
        K8sReach reach = world.reach();
        K8sReach as = new K8sReach(
                reach.kubeconfig(),
                reach.context(),
                reach.contexts(),
                reach.namespaces(),
                reach.protectedNamespaces(),
                Optional.of(new K8sReach.Impersonation("reader", List.of())),
                reach.maxReplicas(),
                reach.roots(),
                reach.chartSources());
        Clusters clusters = new Clusters(
                Map.of(ONE, reach, OTHER, as),
                world.connector(),
                values -> {},
                new Watches(most, mostBytes, clock, span));
        open = Optional.of(clusters);
        return clusters;
    }

    private Clusters clusters() {
        return clusters(10, 1_000_000, Duration.ofSeconds(30));
    }

    private static String read(Clusters clusters, Tenant tenant, Kind kind, TestClock clock) throws Exception {
        return clusters.use(
                new FakeCall(tenant, 1_000),
                Optional.empty(),
                cluster -> new LiveSource(cluster, 1_000, clock)
                        .orKept().list(kind, SHOP).items().stream()
                                .map(each -> each.name() + each.text("/data/k"))
                                .toList()
                                .toString());
    }

    private String read(Clusters clusters, Kind kind) throws Exception {
        return read(clusters, ONE, kind, clock);
    }

    private int lists() {
        return world.server().calls("list");
    }

    /** Reads as often as it takes. @return list calls of the last time */
    private int callsOnceRead(Clusters clusters, Tenant tenant, Kind kind, int calls, String all) throws Exception {
        int made = -1;
        for (int i = 0; i < 200 && made != calls; i++) {
            int before = lists();
            String read = read(clusters, tenant, kind, clock);
            made = read.equals(all) ? lists() - before : -1;
            if (made != calls) {
                Thread.sleep(50);
            }
        }
        return made;
    }

    private void isKept(Clusters clusters, String all) throws Exception {
        assertThat(callsOnceRead(clusters, ONE, Kinds.CONFIG_MAP, 0, all)).isZero();
    }

    private static boolean eventually(Callable<Boolean> what) throws Exception {
        for (int i = 0; i < 200; i++) {
            if (what.call()) {
                return true;
            }
            Thread.sleep(50);
        }
        return false;
    }

    @Test
    void watchesWhatIsReadASecondTimeAndTellsWhatChangedWithoutAList() throws Exception {
        Clusters clusters = clusters();
        read(clusters, Kinds.CONFIG_MAP);
        assertThat(world.server().calls("watch")).isZero();
        read(clusters, Kinds.CONFIG_MAP);
        assertThat(lists()).isEqualTo(2);
        isKept(clusters, "[aold, b]");
        int before = lists();
        world.server()
                .change(
                        Kinds.CONFIG_MAP,
                        "shop",
                        "a",
                        each -> each.withObject("/data").put("k", "new"))
                .vanish(Kinds.CONFIG_MAP, "shop", "b")
                .load("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: aa, namespace: shop}\n")
                .load("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: elsewhere}\n");
        assertThat(eventually(() -> read(clusters, Kinds.CONFIG_MAP).equals("[anew, aa]")))
                .isTrue();
        assertThat(lists()).isEqualTo(before);
        assertThat(world.server().calls("watch")).isEqualTo(1);
    }

    @Test
    void goesOnWhereOneWatchEndedInTheNext() throws Exception {
        Clusters clusters = clusters(10, 1_000_000, Duration.ofSeconds(1));
        read(clusters, Kinds.CONFIG_MAP);
        read(clusters, Kinds.CONFIG_MAP);
        assertThat(eventually(() -> world.server().calls("watch") >= 3)).isTrue();
        world.server()
                .change(
                        Kinds.CONFIG_MAP,
                        "shop",
                        "a",
                        each -> each.withObject("/data").put("k", "new"));
        isKept(clusters, "[anew, b]");
    }

    @Test
    void keepsNothingThatWasReadLongAgo() throws Exception {
        Clusters clusters = clusters();
        read(clusters, Kinds.CONFIG_MAP);
        clock.advance(Duration.ofMinutes(11));
        read(clusters, Kinds.CONFIG_MAP);
        Thread.sleep(400);
        assertThat(world.server().calls("watch")).isZero();
    }

    @Test
    void endsAWatchThatNobodyReads() throws Exception {
        Clusters clusters = clusters(10, 1_000_000, Duration.ofSeconds(1));
        read(clusters, Kinds.CONFIG_MAP);
        read(clusters, Kinds.CONFIG_MAP);
        isKept(clusters, "[aold, b]");
        clock.advance(Duration.ofMinutes(11));
        assertThat(eventually(() -> {
                    int watches = world.server().calls("watch");
                    Thread.sleep(1_500);
                    return world.server().calls("watch") == watches;
                }))
                .isTrue();
        int before = lists();
        read(clusters, Kinds.CONFIG_MAP);
        assertThat(lists()).isEqualTo(before + 1);
    }

    @Test
    void listsAnewAfterAVersionThatIsTooOldAndWatchesFromThere() throws Exception {
        Clusters clusters = clusters();
        read(clusters, Kinds.CONFIG_MAP);
        read(clusters, Kinds.CONFIG_MAP);
        isKept(clusters, "[aold, b]");
        int before = lists();
        world.server().vanish(Kinds.CONFIG_MAP, "shop", "b").expire();
        isKept(clusters, "[aold]");
        // Kept again with one list at least, unless the change was told before its version was too old.
        assertThat(eventually(() -> {
                    read(clusters, Kinds.CONFIG_MAP);
                    return lists() > before && world.server().calls("watch") == 2;
                }))
                .isTrue();
        isKept(clusters, "[aold]");
    }

    @Test
    void listsWhileAConnectionIsBrokenAndWatchesAgainLater() throws Exception {
        Clusters clusters = clusters();
        read(clusters, Kinds.CONFIG_MAP);
        read(clusters, Kinds.CONFIG_MAP);
        isKept(clusters, "[aold, b]");
        world.server().dropWatches();
        assertThat(callsOnceRead(clusters, ONE, Kinds.CONFIG_MAP, 1, "[aold, b]"))
                .isEqualTo(1);
        world.server().vanish(Kinds.CONFIG_MAP, "shop", "a");
        assertThat(read(clusters, Kinds.CONFIG_MAP)).isEqualTo("[b]");
        // Not at once: who breaks off is given time.
        Thread.sleep(400);
        assertThat(world.server().calls("watch")).isEqualTo(1);
        clock.advance(Duration.ofSeconds(3));
        isKept(clusters, "[b]");
        assertThat(world.server().calls("watch")).isEqualTo(2);
    }

    @Test
    void waitsLongerEachTimeAWatchIsRefused() throws Exception {
        world.server().deny("watch", "configmaps", "shop");
        Clusters clusters = clusters();
        read(clusters, Kinds.CONFIG_MAP);
        for (int watches = 1; watches <= 3; watches++) {
            int expected = watches;
            read(clusters, Kinds.CONFIG_MAP);
            assertThat(eventually(() -> world.server().calls("watch") == expected))
                    .isTrue();
            Thread.sleep(200);
            clock.advance(Duration.ofSeconds(1L << watches).minusMillis(1));
            read(clusters, Kinds.CONFIG_MAP);
            Thread.sleep(200);
            assertThat(world.server().calls("watch")).isEqualTo(expected);
            clock.advance(Duration.ofMillis(2));
        }
        assertThat(read(clusters, Kinds.CONFIG_MAP)).isEqualTo("[aold, b]");
    }

    @Test
    void keepsNoMoreListsThanItMay() throws Exception {
        Clusters clusters = clusters(1, 1_000_000, Duration.ofSeconds(30));
        for (int i = 0; i < 2; i++) {
            read(clusters, Kinds.CONFIG_MAP);
            read(clusters, Kinds.SERVICE);
        }
        isKept(clusters, "[aold, b]");
        int before = lists();
        read(clusters, Kinds.SERVICE);
        assertThat(lists()).isEqualTo(before + 1);
        assertThat(world.server().calls("watch")).isEqualTo(1);
    }

    @Test
    void keepsNoMoreBytesThanItMayAlsoWhenObjectsGrow() throws Exception {
        Clusters clusters = clusters(10, 2_000, Duration.ofSeconds(30));
        read(clusters, Kinds.CONFIG_MAP);
        read(clusters, Kinds.CONFIG_MAP);
        isKept(clusters, "[aold, b]");
        String large = "x".repeat(3_000);
        world.server()
                .change(
                        Kinds.CONFIG_MAP,
                        "shop",
                        "a",
                        each -> each.withObject("/data").put("k", large));
        assertThat(callsOnceRead(clusters, ONE, Kinds.CONFIG_MAP, 1, "[a" + large + ", b]"))
                .isEqualTo(1);
        Thread.sleep(400);
        assertThat(callsOnceRead(clusters, ONE, Kinds.CONFIG_MAP, 1, "[a" + large + ", b]"))
                .isEqualTo(1);
        assertThat(world.server().calls("watch")).isEqualTo(1);
        // What was given up takes no room.
        read(clusters, Kinds.SERVICE);
        read(clusters, Kinds.SERVICE);
        assertThat(eventually(() -> world.server().calls("watch", "services") == 1))
                .isTrue();
    }

    @Test
    void sharesNothingBetweenIdentities() throws Exception {
        Clusters clusters = clusters();
        read(clusters, Kinds.CONFIG_MAP);
        read(clusters, Kinds.CONFIG_MAP);
        isKept(clusters, "[aold, b]");
        world.server().forget();
        assertThat(read(clusters, OTHER, Kinds.CONFIG_MAP, clock)).isEqualTo("[aold, b]");
        assertThat(world.server().seen()).singleElement().satisfies(each -> {
            assertThat(each.verb()).isEqualTo("list");
            assertThat(each.user()).isEqualTo("reader");
        });
        world.server().deny("list", "configmaps", "shop");
        assertThat(read(clusters, OTHER, Kinds.CONFIG_MAP, clock)).isEqualTo("[]");
    }

    @Test
    void neverKeepsSecretsNorWhatWasReadInPart() throws Exception {
        Clusters clusters = clusters();
        for (int i = 0; i < 3; i++) {
            read(clusters, Kinds.SECRET);
            world.server().fail("list", "pods", 1, Failure.status(403, "Forbidden", "no"));
            read(clusters, Kinds.POD);
        }
        Thread.sleep(400);
        assertThat(world.server().calls("watch")).isZero();
        assertThat(world.server().calls("list", "secrets")).isEqualTo(3);
    }

    @Test
    void listsForWhomeverAsksForOtherMembersOrForWhatIsThereRightNow() throws Exception {
        Clusters clusters = clusters();
        read(clusters, Kinds.CONFIG_MAP);
        read(clusters, Kinds.CONFIG_MAP);
        isKept(clusters, "[aold, b]");
        int before = lists();
        List<K8sObject> whole = clusters.use(
                new FakeCall(ONE, 1_000),
                Optional.empty(),
                cluster -> new LiveSource(cluster, 1_000, clock, Map.of(Kinds.CONFIG_MAP, Members.ALL))
                        .orKept()
                        .list(Kinds.CONFIG_MAP, SHOP)
                        .items());
        List<K8sObject> live = clusters.use(
                new FakeCall(ONE, 1_000),
                Optional.empty(),
                cluster -> new LiveSource(cluster, 1_000, clock)
                        .list(Kinds.CONFIG_MAP, SHOP)
                        .items());
        assertThat(whole).hasSameSizeAs(live).hasSize(2);
        assertThat(lists()).isEqualTo(before + 2);
    }
}
