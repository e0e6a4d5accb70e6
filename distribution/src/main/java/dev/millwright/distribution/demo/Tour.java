package dev.millwright.distribution.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** The main job: an agent works on files, changes its mind, and runs code. */
final class Tour {
    private static final String NOTES = "plan/notes.md";

    private Tour() {}

    static void take(Show show) {
        show.call(
                "write_file",
                Map.of(
                        "path",
                        NOTES,
                        "content",
                        "# Mill\n\n- dress the stones\n- greas the shaft\n",
                        "createParents",
                        true));
        show.call("read_file", Map.of("path", NOTES), "greas the shaft");
        show.call(
                "edit_file",
                Map.of("path", NOTES, "edits", List.of(Map.of("old", "greas ", "new", "grease "))),
                "grease the shaft");
        show.call("search_files", Map.of("query", "grease"), NOTES);
        JsonNode deleted = show.call("delete_file", Map.of("path", NOTES));
        show.call("fs_undo", Map.of("opId", deleted.path("opId").asText()));
        show.call("read_file", Map.of("path", NOTES), "grease the shaft");
        show.call(
                "execute_code",
                Map.of("language", "bash", "code", "wc -l </workspace/plan/notes.md; touch /workspace/x || id -u"),
                "4\n");
        show.call("delete_file", Map.of("path", NOTES, "permanent", true));
    }
}
