package dev.millwright.filesystem.undo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import dev.millwright.keep.Image;
import dev.millwright.keep.Live;
import dev.millwright.tool.ToolException;
import dev.millwright.workspace.Stat;
import java.util.List;
import java.util.Optional;

/**
 * One change of one entry, as the journal keeps it: enough to take it back and to see whether that is still safe.
 *
 * @param at what was changed, before a move
 * @param to where a moved entry went
 * @param before content that was there; empty where there was nothing
 * @param after content that is there now
 * @param print of a tree: {@link dev.millwright.workspace.Trees#fingerprint}
 */
record Change(
        Kind kind, Spot at, Optional<Spot> to, Optional<Image> before, Optional<Image> after, Optional<String> print) {
    enum Kind {
        /** A file's content is new. */
        WROTE,
        /** An entry has another place; a deleted one is in the trash. */
        MOVED,
        /** A folder, or a copy, that was not there. */
        CREATED,
        /** An entry is gone for good: told, but never taken back. */
        REMOVED
    }

    /** @param root where the root is; empty for the trash */
    record Spot(String root, String path) {
        static final String TRASH = "";

        boolean inTrash() {
            return root.equals(TRASH);
        }
    }

    /** @param process who was at it, as {@link Live} calls it: tells a crash from work that goes on */
    record Plan(List<Change> changes, String process) {}

    static Change wrote(Spot at, Optional<Image> before, Image after) {
        return new Change(Kind.WROTE, at, Optional.empty(), before, Optional.of(after), Optional.empty());
    }

    static Change moved(Spot from, Spot to) {
        return new Change(Kind.MOVED, from, Optional.of(to), Optional.empty(), Optional.empty(), Optional.empty());
    }

    static Change created(Spot at) {
        return new Change(Kind.CREATED, at, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    Change printed(String print) {
        return new Change(kind, at, to, before, after, Optional.of(print));
    }

    /** As it was made: with the mode and time the file has now. */
    Change written(Stat stat) {
        Optional<Image> now =
                after.map(image -> new Image(image.sha256(), image.size(), stat.mode(), stat.modifiedNanos()));
        return new Change(kind, at, to, before, now, print);
    }

    static Change removed(Spot at) {
        return new Change(Kind.REMOVED, at, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    static JsonNode json(List<Change> changes, String process) {
        return Json.tree(new Plan(changes, process));
    }

    static Plan plan(JsonNode json) {
        try {
            return Json.mapper().treeToValue(json, Plan.class);
        } catch (JsonProcessingException e) {
            throw ToolException.internal("a row of the undo journal cannot be read", e);
        }
    }
}
