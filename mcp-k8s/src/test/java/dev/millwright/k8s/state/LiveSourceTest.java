package dev.millwright.k8s.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.k8s.api.Kinds;
import dev.millwright.k8s.api.Members;
import dev.millwright.k8s.model.K8sObject;
import dev.millwright.k8s.stub.StubApiServer.Failure;
import dev.millwright.k8s.stub.World;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lists of several pages, through the real connector. */
@Timeout(60)
class LiveSourceTest {
    private static final Optional<String> SHOP = Optional.of("shop");

    @TempDir
    Path temp;

    private World world;

    @BeforeEach
    void open() {
        world = new World(temp);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private void load(int count) {
        world.load(IntStream.range(0, count)
                .mapToObj(i ->
                        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c-%04d, namespace: shop}\n".formatted(i))
                .collect(Collectors.joining("---\n")));
    }

    private LiveSource source(int most) {
        return new LiveSource(world.connector().connect(world.reach(), "stub"), most, Clock.systemUTC());
    }

    private static List<String> names(Listing listing) {
        return listing.items().stream().map(K8sObject::name).toList();
    }

    @Test
    void readsAllPagesInTheirOrderEachOnce() {
        load(3_500);
        Listing listing = source(20_000).list(Kinds.CONFIG_MAP, SHOP);
        assertThat(names(listing)).hasSize(3_500).isSorted().doesNotHaveDuplicates();
        assertThat(listing.missing()).isEmpty();
        assertThat(world.server().calls("list")).isEqualTo(4);
    }

    @Test
    void asksForNoPageBeyondWhatMayBeRead() {
        load(3_500);
        Listing listing = source(2_000).list(Kinds.CONFIG_MAP, SHOP);
        assertThat(names(listing)).hasSize(2_000).isSorted();
        assertThat(listing.missing().orElseThrow().why()).isEqualTo("only the first 2000 were read (max-objects)");
        assertThat(world.server().calls("list")).isEqualTo(2);
    }

    @Test
    void beginsAnewWhenTheListHasExpiredMeanwhile() {
        load(2_500);
        world.server()
                .fail(
                        "list",
                        "configmaps",
                        1,
                        1,
                        Failure.status(410, "Expired", "The provided continue parameter is too old"));
        Listing listing = source(20_000).list(Kinds.CONFIG_MAP, SHOP);
        assertThat(names(listing)).hasSize(2_500).isSorted().doesNotHaveDuplicates();
        assertThat(world.server().calls("list")).isEqualTo(5);
    }

    @Test
    void tellsWhyWhatComesLaterCouldNotBeRead() {
        load(1_500);
        world.server().fail("list", "configmaps", 1, 1, Failure.status(403, "Forbidden", "no"));
        Listing listing = source(20_000).list(Kinds.CONFIG_MAP, SHOP);
        assertThat(listing.items()).hasSize(1_000);
        assertThat(listing.missing().orElseThrow().why()).isEqualTo("forbidden");
    }

    @Test
    void readsWhoWroteWhatOnlyWhereThatIsAskedFor() {
        world.load("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: c, namespace: shop, managedFields: [{manager: kubectl, operation: Update}]}
                data: {a: b}
                """);
        assertThat(source(10).list(Kinds.CONFIG_MAP, SHOP).items())
                .singleElement()
                .satisfies(each -> assertThat(
                                each.json().at("/metadata/managedFields").isMissingNode())
                        .isTrue())
                .satisfies(each -> assertThat(each.text("/data/a")).isEqualTo("b"));
        LiveSource whole = new LiveSource(
                world.connector().connect(world.reach(), "stub"),
                10,
                Clock.systemUTC(),
                Map.of(Kinds.CONFIG_MAP, Members.ALL));
        assertThat(whole.list(Kinds.CONFIG_MAP, SHOP).items())
                .singleElement()
                .satisfies(each -> assertThat(each.text("/metadata/managedFields/0/manager"))
                        .isEqualTo("kubectl"));
    }

    @Test
    void listsTogetherWhatWillBeAskedForAndEachOnce() {
        load(1);
        try (Together together = new Together(source(10), List.of(Kinds.CONFIG_MAP, Kinds.NODE, Kinds.POD), SHOP)) {
            assertThat(together.list(Kinds.CONFIG_MAP, SHOP).items()).hasSize(1);
            assertThat(together.list(Kinds.CONFIG_MAP, SHOP).items()).hasSize(1);
            assertThat(together.list(Kinds.NODE, Optional.empty()).items()).isEmpty();
            assertThat(together.list(Kinds.POD, SHOP).items()).isEmpty();
        }
        assertThat(world.server().calls("list")).isEqualTo(3);
    }
}
