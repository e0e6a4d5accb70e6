package dev.millwright.filesystem.undo;

import dev.millwright.filesystem.undo.Change.Spot;
import dev.millwright.keep.Image;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Folder;
import dev.millwright.workspace.NewFile;
import dev.millwright.workspace.OpenFile;
import dev.millwright.workspace.Place;
import dev.millwright.workspace.Stat;
import dev.millwright.workspace.Trees;
import java.util.List;
import java.util.Optional;

/** One change to make, and its way back. */
sealed interface Step {
    Change change();

    /**
     * Makes it.
     *
     * @param mark unique to this step: names its temporary file
     * @return the change as it then stands
     */
    Change act(History history, String mark);

    /** Takes it back right away, nothing else having happened to it. */
    void back(History history, Change done);

    /** A file's content, from the caller or from what was kept. */
    record Write(Change change, Optional<byte[]> content, Optional<Stat> expected) implements Step {
        @Override
        public Change act(History history, String mark) {
            String temporary = temporary(mark);
            try (Place place = history.place(change.at())) {
                Folder folder = place.folder();
                Stat stat;
                try (NewFile file = folder.create(temporary)) {
                    fill(history, file);
                    if (change.before().isEmpty()) {
                        if (content.isEmpty()) {
                            file.mode(change.after().orElseThrow().mode());
                        }
                        file.linkAs(place.name());
                    } else {
                        replace(place, file, temporary);
                    }
                    stat = file.stat();
                }
                folder.sync();
                return change.written(stat).printed(Trees.fingerprint(folder, place.name()));
            }
        }

        private void fill(History history, NewFile file) {
            if (content.isPresent()) {
                file.write(content.get(), 0, content.get().length);
                return;
            }
            try (OpenFile kept = history.keep().open(change.after().orElseThrow())) {
                Trees.copyContent(kept, file);
            }
        }

        /** By exchange: what comes out must be the file we know, else it goes back. */
        private void replace(Place place, NewFile file, String temporary) {
            Folder folder = place.folder();
            Stat known = expected.or(place::stat).orElseThrow(() -> changed(place));
            try (OpenFile old = folder.file(place.name())) {
                if (expected.isEmpty()
                        && !Trees.sha256(old)
                                .equals(change.before().orElseThrow().sha256())) {
                    throw changed(place);
                }
                file.attributesOf(known, old);
            }
            if (content.isEmpty()) {
                Image after = change.after().orElseThrow();
                file.mode(after.mode());
                file.modified(after.modifiedNanos());
            }
            file.linkAs(temporary);
            try {
                if (folder.exchange(temporary, place.name())) {
                    if (!isStill(folder, temporary, known)) {
                        folder.exchange(temporary, place.name());
                        throw changed(place);
                    }
                    folder.remove(temporary);
                } else if (isStill(folder, place.name(), known)) {
                    folder.rename(temporary, folder, place.name(), true);
                } else {
                    throw changed(place);
                }
            } catch (RuntimeException e) {
                if (folder.stat(temporary).isPresent()) {
                    folder.remove(temporary);
                }
                throw e;
            }
        }

        private static boolean isStill(Folder folder, String name, Stat known) {
            return folder.stat(name)
                    .filter(now -> Transaction.unchanged(known, now))
                    .isPresent();
        }

        private static ToolException changed(Place place) {
            return ToolException.conflict(place.shown() + " was changed meanwhile; read it again");
        }

        @Override
        public void back(History history, Change done) {
            if (change.before().isPresent()) {
                Change reverse =
                        Change.wrote(change.at(), done.after(), change.before().get());
                new Write(reverse, Optional.empty(), Optional.empty())
                        .act(history, "back-" + Long.toHexString(System.nanoTime()));
                return;
            }
            try (Place place = history.place(change.at())) {
                place.folder().remove(place.name());
                place.folder().sync();
            }
        }

        /** Where the new content waits for the exchange; a crash may leave it, recovery removes it. */
        static String temporary(String mark) {
            return ".millwright-" + mark;
        }
    }

    /** A new folder. */
    record NewFolder(Change change) implements Step {
        @Override
        public Change act(History history, String mark) {
            try (Place place = history.place(change.at())) {
                place.folder().makeFolder(place.name());
                place.folder().sync();
                return change.printed(Trees.fingerprint(place.folder(), place.name()));
            }
        }

        @Override
        public void back(History history, Change done) {
            try (Place place = history.place(change.at())) {
                place.folder().removeFolder(place.name());
            }
        }
    }

    /** An entry from one place to another, which may be the trash; across mounts by copy. */
    record Move(Change change, Optional<String> print) implements Step {
        @Override
        public Change act(History history, String mark) {
            String after = move(history, change.at(), change.to().orElseThrow(), print);
            return change.printed(after);
        }

        @Override
        public void back(History history, Change done) {
            move(history, change.to().orElseThrow(), change.at(), Optional.empty());
        }

        static String move(History history, Spot from, Spot to, Optional<String> print) {
            try (Place source = history.place(from);
                    Place destination = history.place(to)) {
                if (source.stat().isEmpty()) {
                    throw ToolException.conflict(source.shown() + " is gone");
                } else if (print.isPresent()
                        && !print.get().equals(Trees.fingerprint(source.folder(), source.name()))) {
                    throw ToolException.conflict(source.shown() + " was changed since");
                }
                if (!source.folder().rename(source.name(), destination.folder(), destination.name(), false)) {
                    across(source, destination);
                }
                destination.folder().sync();
                source.folder().sync();
                return Trees.fingerprint(destination.folder(), destination.name());
            }
        }

        private static void across(Place source, Place destination) {
            String before = Trees.fingerprint(source.folder(), source.name());
            copy(source, destination, (path, stat) -> {});
            if (!before.equals(Trees.fingerprint(destination.folder(), destination.name()))
                    || !before.equals(Trees.fingerprint(source.folder(), source.name()))) {
                Trees.remove(destination.folder(), destination.name());
                throw ToolException.conflict(source.shown() + " was changed while it was moved");
            }
            Trees.remove(source.folder(), source.name());
        }

        static void copy(Place source, Place destination, Trees.Check check) {
            try {
                Trees.copy(source.folder(), source.name(), destination.folder(), destination.name(), check);
            } catch (RuntimeException e) {
                if (destination.stat().isEmpty()
                        && destination.folder().stat(destination.name()).isPresent()) {
                    Trees.remove(destination.folder(), destination.name());
                }
                throw e;
            }
        }
    }

    /** A copy of an entry with all below. */
    record Copy(Change change, Spot from) implements Step {
        @Override
        public Change act(History history, String mark) {
            try (Place source = history.place(from);
                    Place destination = history.place(change.at())) {
                if (destination.stat().isPresent()) {
                    throw ToolException.conflict(destination.shown() + " exists already");
                }
                String above = destination.folder().path();
                Move.copy(
                        source,
                        destination,
                        (path, stat) -> history.workspace()
                                .protection()
                                .reason(above.isEmpty() ? path : above + "/" + path)
                                .ifPresent(reason -> {
                                    throw ToolException.denied(path + " " + reason);
                                }));
                destination.folder().sync();
                return change.printed(Trees.fingerprint(destination.folder(), destination.name()));
            }
        }

        @Override
        public void back(History history, Change done) {
            try (Place place = history.place(change.at())) {
                Trees.remove(place.folder(), place.name());
            }
        }
    }

    /** An entry removed for good. */
    record Remove(Change change) implements Step {
        @Override
        public Change act(History history, String mark) {
            try (Place place = history.place(change.at())) {
                String print = Trees.fingerprint(place.folder(), place.name());
                Trees.remove(place.folder(), place.name());
                place.folder().sync();
                return change.printed(print);
            }
        }

        @Override
        public void back(History history, Change done) {
            throw new IllegalStateException("what is removed for good is the only step of its operation");
        }
    }

    /** The steps that take changes back, last first. @throws ToolException {@code CONFLICT} for what is gone for good */
    static List<Step> reverse(List<Change> done, Transaction into) {
        return done.reversed().stream()
                .map(change -> switch (change.kind()) {
                    case WROTE ->
                        change.before().isPresent()
                                ? new Write(
                                        Change.wrote(
                                                change.at(),
                                                change.after(),
                                                change.before().get()),
                                        Optional.empty(),
                                        Optional.empty())
                                : new Move(Change.moved(change.at(), into.nextTrash()), change.print());
                    case MOVED -> new Move(Change.moved(change.to().orElseThrow(), change.at()), change.print());
                    case CREATED -> new Move(Change.moved(change.at(), into.nextTrash()), change.print());
                    case REMOVED ->
                        throw ToolException.conflict(
                                change.at().path() + " was deleted permanently: nothing was kept to bring it back");
                })
                .map(Step.class::cast)
                .toList();
    }
}
