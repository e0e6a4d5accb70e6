package dev.millwright.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.protocol.Changes.Change;
import dev.millwright.protocol.Changes.Watched;
import dev.millwright.tool.Tenant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchTest {
    private static final Watched FILE = new Watched(Tenant.DEFAULT, "file:///a");

    private final Map<String, String> versions = new ConcurrentHashMap<>();
    private final BlockingQueue<Change> told = new LinkedBlockingQueue<>();
    private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
    private final Changes changes = new Changes();
    private final Watch watch = new Watch(changes, each -> Optional.ofNullable(versions.get(each.uri())));

    WatchTest() {
        changes.listen(new Changes.Listener() {
            @Override
            public void changed(Change change) {
                told.add(change);
            }

            @Override
            public Set<Watched> watched() {
                return watched;
            }
        });
    }

    @Test
    void announcesEachChangeOfAWatchedResourceItsEndIncluded() throws Exception {
        versions.put(FILE.uri(), "1");
        watched.add(FILE);
        watch.begin();
        versions.put(FILE.uri(), "2");
        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo(new Change.Resource(FILE.uri()));
        versions.remove(FILE.uri());
        assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo(new Change.Resource(FILE.uri()));
    }

    @Test
    void saysNothingOfWhatDoesNotChangeOrIsNoLongerWatched() throws Exception {
        versions.put(FILE.uri(), "1");
        watched.add(FILE);
        watch.begin();
        assertThat(told.poll(1500, TimeUnit.MILLISECONDS)).isNull();
        watched.clear();
        versions.put(FILE.uri(), "2");
        assertThat(told.poll(1500, TimeUnit.MILLISECONDS)).isNull();
    }
}
