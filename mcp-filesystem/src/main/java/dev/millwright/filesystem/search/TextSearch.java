package dev.millwright.filesystem.search;

import dev.millwright.filesystem.text.JsonCost;
import dev.millwright.tool.Call;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.EntryType;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A search over a tree: every file counted, in parallel, and of the first ones by path as many lines kept as there is
 * room for. The answer is the same whatever the threads did.
 */
public final class TextSearch {
    /** Lines of one file. @param matches all of the file, shown or not */
    public record Group(String path, int matches, List<Line> lines) {}

    /** Where a page ends: all before the line of the path was shown; the counts are those of the whole result. */
    public record Place(String path, int line, Totals totals) {}

    public record Totals(long matches, int files, int searched, int binary) {}

    /** One page. @param next where the next begins */
    public record Page(List<Group> groups, Totals totals, List<String> unreadable, Optional<Place> next) {}

    private record Kept(Group group, int cost, OptionalInt next) {}

    /** Bytes of JSON around a group, without its path and lines. */
    private static final int GROUP_COST = 40;

    /** Paths named as unreadable; the rest is only counted. */
    private static final int MAX_NAMED = 20;

    private static final long PROGRESS_NANOS = 200_000_000;

    private final Walk walk;
    private final Query query;
    private final int context;
    private final boolean countsOnly;
    private final int room;
    private final Optional<Place> after;

    private final TreeMap<String, Kept> kept = new TreeMap<>(PathOrder.BY_PATH);
    private int keptCost;

    /** The first path there was no room for; what comes after is counted only. */
    private volatile Optional<String> cut = Optional.empty();

    private final AtomicLong matches = new AtomicLong();
    private final AtomicInteger files = new AtomicInteger();
    private final AtomicInteger searched = new AtomicInteger();
    private final AtomicInteger binary = new AtomicInteger();
    private final AtomicLong nextProgress = new AtomicLong(System.nanoTime() + PROGRESS_NANOS);
    private final ConcurrentSkipListSet<String> unreadable = new ConcurrentSkipListSet<>(PathOrder.BY_PATH);

    /**
     * @param countsOnly whether files are only counted, no lines shown
     * @param room bytes of JSON a page may take
     * @param after the end of the page before, empty for the first
     */
    public TextSearch(Walk walk, Query query, int context, boolean countsOnly, int room, Optional<Place> after) {
        this.walk = walk;
        this.query = query;
        this.context = context;
        this.countsOnly = countsOnly;
        this.room = room;
        this.after = after;
    }

    /** Searches the folders and files named. */
    public Page run(List<Target> targets, Call call) throws InterruptedException {
        List<Target> folders = new ArrayList<>();
        for (Target target : targets) {
            if (walk.workspace().stat(target).isFolder()) {
                folders.add(target);
            } else {
                try (OpenFile file = walk.workspace().open(target)) {
                    new Searcher(call).search(file, target.shown());
                }
            }
        }
        if (!folders.isEmpty()) {
            walk.run(folders, () -> new Searcher(call), call);
        }
        return page();
    }

    private Page page() {
        Totals totals = after.map(Place::totals)
                .orElseGet(() -> new Totals(matches.get(), files.get(), searched.get(), binary.get()));
        List<Group> groups = kept.values().stream().map(Kept::group).toList();
        Optional<Place> next = Optional.empty();
        if (!kept.isEmpty()) {
            Map.Entry<String, Kept> last = kept.lastEntry();
            if (last.getValue().next().isPresent()) {
                next = Optional.of(
                        new Place(last.getKey(), last.getValue().next().getAsInt(), totals));
            } else if (cut.isPresent()) {
                next = Optional.of(new Place(last.getKey(), Integer.MAX_VALUE, totals));
            }
        }
        return new Page(groups, totals, unreadable.stream().limit(MAX_NAMED).toList(), next);
    }

    /** Keeps a group if it is among the first there is room for. */
    private synchronized void keep(Kept one) {
        if (isBeyond(one.group().path())) {
            return;
        }
        kept.put(one.group().path(), one);
        keptCost += one.cost();
        while (kept.size() > 1 && keptCost > room) {
            Map.Entry<String, Kept> last = kept.pollLastEntry();
            keptCost -= last.getValue().cost();
            cut = Optional.of(last.getKey());
        }
    }

    /** Whether there is surely no room for a path. */
    private boolean isBeyond(String path) {
        return cut.filter(first -> PathOrder.compare(path, first) >= 0).isPresent();
    }

    private final class Searcher implements Visitor {
        private final FileSearch search = new FileSearch(query, context);
        private final Call call;

        Searcher(Call call) {
            this.call = call;
        }

        @Override
        public boolean enters(String path) {
            return after.isEmpty() || !PathOrder.endsBefore(path, after.get().path()) && !isBeyond(path);
        }

        @Override
        public void visit(Folder folder, String path, String name, EntryType type) {
            if (type != EntryType.FILE || after.isPresent() && !isLeft(path)) {
                return;
            }
            try (OpenFile file = folder.file(name)) {
                search(file, path);
            } catch (ToolException e) {
                if (e.kind() != ToolException.Kind.NOT_FOUND) {
                    unreadable.add(path);
                }
            }
        }

        /** Whether a file is part of a later page's rest, and not beyond what this page has room for. */
        private boolean isLeft(String path) {
            int order = PathOrder.compare(path, after.get().path());
            return (order > 0 || order == 0 && after.get().line() != Integer.MAX_VALUE) && !isBeyond(path);
        }

        void search(OpenFile file, String path) {
            boolean shown = !countsOnly && !isBeyond(path);
            int fromLine = after.filter(place -> place.path().equals(path))
                    .map(Place::line)
                    .orElse(1);
            Optional<FileSearch.Hits> hits = search.search(file, shown ? room : 0, fromLine);
            progress(searched.incrementAndGet());
            if (hits.isEmpty()) {
                binary.incrementAndGet();
            } else if (hits.get().matches() > 0) {
                matches.addAndGet(hits.get().matches());
                files.incrementAndGet();
                if (shown || countsOnly) {
                    int cost = GROUP_COST + JsonCost.of(path) + hits.get().cost();
                    Group group =
                            new Group(path, hits.get().matches(), hits.get().lines());
                    keep(new Kept(group, cost, hits.get().next()));
                }
            }
        }

        private void progress(int count) {
            if ((count & 0x3f) == 0) {
                long due = nextProgress.get();
                long now = System.nanoTime();
                if (now - due >= 0 && nextProgress.compareAndSet(due, now + PROGRESS_NANOS)) {
                    call.progress(count, 0, count + " files searched");
                }
            }
        }

        @Override
        public void unreadable(String path) {
            unreadable.add(path);
        }
    }
}
