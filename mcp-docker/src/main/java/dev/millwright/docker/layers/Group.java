package dev.millwright.docker.layers;

import dev.millwright.docker.archive.LayerEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/** Files of one layer that go to waste for one reason, while they are counted. */
final class Group {
    private static final int EXAMPLES = 3;

    /**
     * What makes files one finding.
     *
     * @param by -1 where the final image still shows them
     * @param detail what else the fix needs to know: a cache's folder, what changed of a file
     */
    record Key(Cause cause, int layer, int by, String detail) {}

    private record Example(String path, long bytes) {}

    private final Key key;
    private final List<Example> examples = new ArrayList<>();
    private long bytes;
    private int files;

    Group(Key key) {
        this.key = key;
    }

    Key key() {
        return key;
    }

    void add(String path, LayerEntry entry) {
        bytes += entry.size();
        files++;
        examples.add(new Example("/" + path, entry.size()));
        if (examples.size() > 4 * EXAMPLES) {
            keepLargest();
        }
    }

    private void keepLargest() {
        examples.sort(Comparator.comparingLong(Example::bytes).reversed().thenComparing(Example::path));
        while (examples.size() > EXAMPLES) {
            examples.removeLast();
        }
    }

    Finding finding(String fix, long carried) {
        keepLargest();
        return new Finding(
                key.cause(),
                bytes,
                files,
                key.layer(),
                key.by() < 0 ? OptionalInt.empty() : OptionalInt.of(key.by()),
                examples.stream().map(Example::path).toList(),
                fix,
                carried - bytes);
    }
}
