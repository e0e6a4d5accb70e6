package dev.millwright.distribution.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The main job: an agent works on files, changes its mind, runs code, commits, and asks why a workload and a build are broken. */
final class Tour {
    private static final String NOTES = "plan/notes.md";

    private Tour() {}

    static void take(Show show) throws IOException {
        files(show);
        repository(show);
        cluster(show);
        image(show);
    }

    private static void files(Show show) {
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

    private static void repository(Show show) {
        show.call("write_file", Map.of("path", "README.md", "content", "# Mill\n"));
        show.call("git_init", Map.of("path", "."));
        show.call("git_add", Map.of("paths", List.of("README.md")), "README.md");
        JsonNode commit = show.call("git_commit", Map.of("message", "Begin the mill"));
        show.call("git_log", Map.of(), "Begin the mill");
        show.call("git_undo", Map.of("opId", commit.path("opId").asText()));
        show.call("git_status", Map.of(), "README.md");
    }

    /** What {@code kubectl get -o json} wrote of a namespace: there is no cluster here to ask. */
    private static void cluster(Show show) throws IOException {
        try (InputStream snapshot = Objects.requireNonNull(Tour.class.getResourceAsStream("cluster.json"))) {
            String objects = new String(snapshot.readAllBytes(), StandardCharsets.UTF_8);
            show.call("write_file", Map.of("path", "cluster/objects.json", "content", objects, "createParents", true));
        }
        show.call("k8s_diagnose", Map.of("snapshot", "cluster"), "config.missing_object");
    }

    /** A build that failed elsewhere, and its Dockerfile: neither needs an engine. */
    private static void image(Show show) {
        show.call(
                "write_file",
                Map.of("path", "Dockerfile", "content", "FROM node:24\nCOPY . .\nRUN npm ci\nCMD npm start\n"));
        show.call("detect_build_failures", Map.of("log", """
                        #7 [3/4] RUN npm ci
                        #7 1.204 npm error code EUSAGE
                        #7 1.204 npm error The `npm ci` command can only install with an existing package-lock.json
                        #7 ERROR: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1
                        """, "dockerfile", "Dockerfile"), "NPM_CI_LOCK");
        show.call("suggest_dockerfile_fixes", Map.of("dockerfile", "Dockerfile"), "DL3025");
    }
}
