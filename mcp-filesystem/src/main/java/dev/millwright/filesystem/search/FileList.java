package dev.millwright.filesystem.search;

import dev.millwright.filesystem.text.JsonCost;
import dev.millwright.tool.Call;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * A listing of folders: all entries counted, and of those after a place the first few by some order kept, so that
 * memory does not grow with the tree.
 */
public final class FileList {
    /** By what a listing is ordered; ties go by path. */
    public enum Sort {
        NAME,
        /** Largest first. */
        SIZE,
        /** Newest first. */
        MTIME
    }

    /** @param modified given when it is what the listing is ordered by */
    public record Entry(String path, EntryType type, Optional<Long> size, Optional<String> modified) {}

    /**
     * Where a page ended.
     *
     * @param key what the order looks at first: size, or nanoseconds; 0 by name
     */
    public record Place(String path, long key, long total) {}

    public record Page(List<Entry> entries, long total, List<String> unreadable, Optional<Place> next) {}

    private record Found(String path, EntryType type, long key, Optional<Stat> stat) {
        static final Comparator<Found> ORDER =
                Comparator.comparingLong(Found::key).reversed().thenComparing(Found::path, PathOrder.BY_PATH);
    }

    private static final int MAX_NAMED = 20;

    /** Bytes of JSON around the path of an entry. */
    private static final int ENTRY_COST = 52;

    private final Walk walk;
    private final Sort sort;
    private final int limit;
    private final int room;
    private final Optional<Place> after;
    private final List<Lister> listers = Collections.synchronizedList(new ArrayList<>());
    private final ConcurrentSkipListSet<String> unreadable = new ConcurrentSkipListSet<>(PathOrder.BY_PATH);

    /**
     * @param limit entries on a page
     * @param room bytes of JSON on a page
     */
    public FileList(Walk walk, Sort sort, int limit, int room, Optional<Place> after) {
        this.walk = walk;
        this.sort = sort;
        this.limit = limit;
        this.room = room;
        this.after = after;
    }

    public Page run(List<Target> folders, Call call) throws InterruptedException {
        walk.run(
                folders,
                () -> {
                    Lister lister = new Lister();
                    listers.add(lister);
                    return lister;
                },
                call);
        long total = after.map(Place::total)
                .orElseGet(
                        () -> listers.stream().mapToLong(lister -> lister.count).sum());
        List<Found> found = listers.stream()
                .flatMap(lister -> lister.first.stream())
                .sorted(Found.ORDER)
                .toList();
        List<Entry> entries = new ArrayList<>();
        int cost = 0;
        for (Found one : found) {
            cost += ENTRY_COST + JsonCost.of(one.path()) + (sort == Sort.MTIME ? 44 : 0);
            if (entries.size() == limit || !entries.isEmpty() && cost > room) {
                break;
            }
            entries.add(entry(one));
        }
        Optional<Place> next = entries.size() == found.size()
                ? Optional.empty()
                : Optional.of(found.get(entries.size() - 1)).map(last -> new Place(last.path(), last.key(), total));
        return new Page(entries, total, unreadable.stream().limit(MAX_NAMED).toList(), next);
    }

    private Entry entry(Found found) {
        return new Entry(
                found.path(),
                found.type(),
                found.stat().filter(Stat::isFile).map(Stat::size),
                found.stat()
                        .filter(stat -> sort == Sort.MTIME)
                        .map(stat -> stat.modified().toString()));
    }

    /** Keeps the first of one thread, one more than fit on a page, to see whether there are more. */
    private final class Lister implements Visitor {
        private final PriorityQueue<Found> first = new PriorityQueue<>(Found.ORDER.reversed());
        private long count;

        @Override
        public boolean enters(String path) {
            // Later pages need no total: what was listed before is passed over where the order allows.
            return after.isEmpty()
                    || sort != Sort.NAME
                    || !PathOrder.endsBefore(path, after.get().path());
        }

        @Override
        public void visit(Folder folder, String path, String name, EntryType type) {
            count++;
            Optional<Stat> stat = sort == Sort.NAME ? Optional.empty() : folder.stat(name);
            long key = stat.map(s -> sort == Sort.SIZE ? size(s) : s.modifiedNanos())
                    .orElse(0L);
            Found found = new Found(path, type, key, stat);
            if (after.filter(place -> Found.ORDER.compare(found, place(place)) <= 0)
                            .isPresent()
                    || first.size() > limit && Found.ORDER.compare(found, first.element()) >= 0) {
                return;
            }
            first.add(sort == Sort.NAME ? new Found(path, type, key, folder.stat(name)) : found);
            if (first.size() > limit + 1) {
                first.remove();
            }
        }

        private static Found place(Place place) {
            return new Found(place.path(), EntryType.FILE, place.key(), Optional.empty());
        }

        private static long size(Stat stat) {
            return stat.isFile() ? stat.size() : 0;
        }

        @Override
        public void unreadable(String path) {
            unreadable.add(path);
        }
    }
}
