package dev.millwright.docker.layers;

import dev.millwright.docker.archive.ArchivedImage;
import dev.millwright.docker.archive.ArchivedLayer;
import dev.millwright.docker.archive.EntryPath;
import dev.millwright.docker.archive.HistoryStep;
import dev.millwright.docker.archive.LayerEntry;
import dev.millwright.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of an image by what they belong to, worst first. Rows are counted while {@link Waste} is, and add up to its
 * carried, reclaimable and avoidable bytes.
 */
public final class Breakdown implements Waste.Counted {
    /** What makes a row. */
    public enum By {
        INSTRUCTION,
        LAYER,
        CAUSE,
        DIRECTORY,
        PACKAGE
    }

    /**
     * @param key what the bytes belong to; {@code (none)} where nothing of the kind has them
     * @param wasted that nobody sees
     * @param avoidable that are seen and likely not needed
     */
    public record Row(String key, long bytes, long wasted, long avoidable) {}

    /** A folder is a row where what it has beside the rows below it is at least that share of all bytes or all waste. */
    private static final double SHARE = 0.02;

    private static final String NONE = "(none)";
    private static final int DIGEST = 19;

    private static final Comparator<Row> WORST = Comparator.comparingLong(Row::wasted)
            .thenComparingLong(Row::avoidable)
            .thenComparingLong(Row::bytes)
            .reversed()
            .thenComparing(Row::key);

    private static final class Sums {
        private long bytes;
        private long wasted;
        private long avoidable;

        void add(Sums other) {
            bytes += other.bytes;
            wasted += other.wasted;
            avoidable += other.avoidable;
        }

        boolean isAtLeast(double share, Sums all) {
            return bytes > 0
                    && (bytes >= share * all.bytes
                            || wasted + avoidable > 0 && wasted + avoidable >= share * (all.wasted + all.avoidable));
        }

        Row row(String key) {
            return new Row(key, bytes, wasted, avoidable);
        }
    }

    private final By by;
    private final ArchivedImage image;
    private final HashedLayers layers;
    private final Map<String, Sums> sums = new HashMap<>();

    public Breakdown(By by, ArchivedImage image, HashedLayers layers) {
        this.by = by;
        this.image = image;
        this.layers = layers;
        for (ArchivedLayer layer : image.layers()) {
            for (LayerEntry each : layers.entries(layer)) {
                if (each.size() > 0) {
                    of(key(NONE, layer.index(), each)).bytes += each.size();
                }
            }
        }
    }

    @Override
    public void counted(Cause cause, int layer, LayerEntry entry) {
        if (entry.size() > 0) {
            Sums its = of(key(Json.name(cause), layer, entry));
            its.wasted += cause.isLost() ? entry.size() : 0;
            its.avoidable += cause.isLost() ? 0 : entry.size();
            if (by == By.CAUSE) {
                its.bytes += entry.size();
                of(NONE).bytes -= entry.size();
            }
        }
    }

    private Sums of(String key) {
        return sums.computeIfAbsent(key, any -> new Sums());
    }

    private String key(String cause, int layer, LayerEntry entry) {
        return switch (by) {
            case INSTRUCTION ->
                image.layers().get(layer).step().map(HistoryStep::instruction).orElse("(unknown)");
            case LAYER -> {
                String digest = image.layers().get(layer).diffId();
                yield (layer + " " + digest.substring(0, Math.min(DIGEST, digest.length()))).strip();
            }
            case CAUSE -> cause;
            case DIRECTORY -> EntryPath.parent(entry.path());
            case PACKAGE -> layers.packages().owner(entry.path()).orElse(NONE);
        };
    }

    /** Once the waste was counted. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        if (by == By.DIRECTORY) {
            rows.addAll(folders());
        } else {
            sums.forEach((key, its) -> rows.add(its.row(key)));
        }
        rows.removeIf(each -> each.bytes() == 0);
        rows.sort(WORST);
        return rows;
    }

    /** The folders that explain most, as deep as they do; what is left of one beside them is {@code (other)}. */
    private List<Row> folders() {
        Sums all = new Sums();
        Map<String, Sums> rest = new HashMap<>();
        sums.forEach((folder, its) -> {
            all.add(its);
            rest.computeIfAbsent(folder, any -> new Sums()).add(its);
            for (String at = folder; !at.isEmpty(); at = EntryPath.parent(at)) {
                rest.computeIfAbsent(EntryPath.parent(at), any -> new Sums());
            }
        });
        List<String> deepest = new ArrayList<>(rest.keySet());
        deepest.sort(Comparator.comparingInt(Breakdown::depth).reversed());
        Map<String, Boolean> parted = new HashMap<>();
        List<Row> rows = new ArrayList<>();
        for (String each : deepest) {
            Sums its = rest.get(each);
            boolean named = each.isEmpty() || its.isAtLeast(SHARE, all);
            if (named) {
                rows.add(its.row("/" + each + (parted.containsKey(each) ? " (other)" : "")));
            } else {
                rest.get(EntryPath.parent(each)).add(its);
            }
            if (!each.isEmpty() && (named || parted.containsKey(each))) {
                parted.put(EntryPath.parent(each), true);
            }
        }
        return rows;
    }

    private static int depth(String folder) {
        return folder.isEmpty() ? 0 : folder.split("/").length;
    }
}
