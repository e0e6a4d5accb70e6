package dev.millwright.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptimizeBuildCacheTest {
    @TempDir
    Path folder;

    private Path root;
    private Docker docker;

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectories(folder.resolve("project"));
        docker = new Docker(
                folder.resolve("data"), RealEngine.reachOf("{'host':'unix:///nowhere','roots':['" + root + "']}"));
    }

    @AfterEach
    void close() {
        docker.close();
    }

    private JsonNode review(String dockerfile) throws Exception {
        return docker.call("optimize_build_cache", Json.object().put("dockerfile", dockerfile), new FakeCall());
    }

    private JsonNode reviewFolder(String dockerfile) throws Exception {
        Files.writeString(root.resolve("Dockerfile"), dockerfile);
        return docker.call("optimize_build_cache", "{'context':'.'}");
    }

    /** What the patch makes of it, by the machine's own patch program. */
    private String patched(String dockerfile, JsonNode review) throws Exception {
        Path work = Files.createTempDirectory(folder, "patched");
        Files.writeString(work.resolve("Dockerfile"), dockerfile);
        Files.writeString(work.resolve("p"), review.path("patch").asText());
        Process patch = new ProcessBuilder("git", "apply", "--unsafe-paths", "p")
                .directory(work.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(patch.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(patch.waitFor()).as(said).isZero();
        return Files.readString(work.resolve("Dockerfile"));
    }

    private static List<String> ids(JsonNode review) {
        return review.path("advice").findValuesAsText("id");
    }

    @Test
    void installsDependenciesBeforeTheSources() throws Exception {
        Files.writeString(root.resolve("package.json"), "{\"dependencies\":{\"x\":\"1.0.0\"}}");
        Files.writeString(root.resolve("package-lock.json"), "{}");
        String dockerfile = """
                FROM node:24
                WORKDIR /app
                COPY . .
                RUN npm ci && npm run build
                CMD ["node", "app.js"]
                """;

        String patched = patched(dockerfile, reviewFolder(dockerfile));

        assertThat(patched).isEqualTo("""
                        FROM node:24
                        WORKDIR /app
                        COPY package.json package-lock.json ./
                        RUN --mount=type=cache,target=/root/.npm npm ci
                        COPY . .
                        RUN npm run build
                        CMD ["node", "app.js"]
                        """);
    }

    @Test
    void leavesWhatItPatchedAlone() throws Exception {
        for (String dockerfile : List.of(
                "FROM node:24\nCOPY . .\nRUN npm ci\n",
                "FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n",
                "FROM python:3\nCOPY . ./\nRUN pip install --no-cache-dir -r requirements.txt\n",
                "FROM golang:1\nCOPY . .\nRUN go mod download && go build -o /app .\n",
                "FROM a\nARG GIT_COMMIT\nRUN make\nLABEL commit=$GIT_COMMIT\nCMD x\n")) {
            JsonNode first = review(dockerfile);
            assertThat(first.has("patch")).as(dockerfile).isTrue();
            JsonNode second = review(patched(dockerfile, first));
            assertThat(second.has("patch")).as(second.toString()).isFalse();
        }
    }

    @Test
    void keepsDownloadsInACacheMount() throws Exception {
        String dockerfile = """
                FROM debian:12
                RUN apt-get update \\
                    && apt-get install -y --no-install-recommends curl \\
                    && rm -rf /var/lib/apt/lists/*
                """;

        assertThat(patched(dockerfile, review(dockerfile))).isEqualTo("""
                        FROM debian:12
                        RUN --mount=type=cache,target=/var/cache/apt,sharing=locked --mount=type=cache,target=/var/lib/apt/lists,sharing=locked apt-get update \\
                            && apt-get install -y --no-install-recommends curl
                        """);
    }

    @Test
    void doesNotMoveWhatNeedsTheSources() throws Exception {
        Files.writeString(root.resolve("package.json"), "{\"scripts\":{\"prepare\":\"node build.js\"}}");
        String dockerfile = "FROM node:24\nCOPY . .\nRUN npm ci\n";

        JsonNode review = reviewFolder(dockerfile);

        assertThat(review.path("advice").path(0).path("id").asText()).isEqualTo("manifests-first");
        assertThat(review.path("advice").path(0).path("applied").asBoolean()).isFalse();
        assertThat(review.path("advice").path(0).path("condition").asText()).contains("\"prepare\"");
        assertThat(patched(dockerfile, review))
                .contains("COPY . .\nRUN --mount")
                .doesNotContain("COPY package.json");
    }

    @Test
    void saysNothingOfAGoodDockerfile() throws Exception {
        JsonNode review = review("""
                FROM node:24
                WORKDIR /app
                COPY package.json package-lock.json ./
                RUN --mount=type=cache,target=/root/.npm npm ci
                COPY . .
                RUN npm run build
                """);

        assertThat(review.path("advice")).isEmpty();
        assertThat(review.has("patch")).isFalse();
        assertThat(review.path("summary").asText()).isEqualTo("Nothing to improve was found.");
    }

    @Test
    void doesNotTouchTheStepsOfAnotherUser() throws Exception {
        JsonNode review = review("FROM node:24\nUSER node\nRUN npm ci\n");

        assertThat(ids(review)).containsExactly("cache-mount");
        assertThat(review.path("advice").path(0).path("applied").asBoolean()).isFalse();
        assertThat(review.has("patch")).isFalse();
    }

    @Test
    void tellsWhatAChangeRunsAgainThroughTheStages() throws Exception {
        String dockerfile = """
                FROM golang:1 AS build
                COPY go.mod ./
                RUN go mod download
                COPY src ./src
                RUN go build -o /app ./src
                FROM debian:12 AS other
                COPY docs /docs
                RUN make-docs
                FROM debian:12
                RUN setup
                COPY --from=build /app /app
                RUN check /app
                """;

        JsonNode review = docker.call(
                "optimize_build_cache",
                ((ObjectNode) Docker.json("{'change_set':['src/main.go','go.mod','README.md']}"))
                        .put("dockerfile", dockerfile),
                new FakeCall());

        JsonNode source = review.path("invalidations").path(0);
        assertThat(source.path("first").asText()).isEqualTo("COPY src ./src");
        assertThat(Json.write(source.path("rebuilds")))
                .isEqualTo("[{\"step\":\"RUN go build -o /app ./src\"},{\"step\":\"RUN check /app\"}]");
        assertThat(review.path("invalidations").path(1).path("rebuilds")).hasSize(3);
        assertThat(review.path("invalidations").path(2).has("first")).isFalse();
        assertThat(review.path("invalidations").path(2).path("rebuilds")).isEmpty();
    }

    @Test
    void leavesOutOfTheContextWhatNoBuildNeeds() throws Exception {
        Files.createDirectories(root.resolve(".git/objects"));
        Files.writeString(root.resolve(".git/objects/pack"), "x".repeat(3_000_000));
        Files.createDirectories(root.resolve("web/node_modules/a"));
        Files.writeString(root.resolve(".dockerignore"), "*.log");
        Files.createDirectories(root.resolve("dist"));

        JsonNode review = reviewFolder("FROM a\nCOPY . .\nCOPY dist /dist\nRUN make\n");

        assertThat(review.path("dockerignore_patch").asText())
                .contains("+.git\n", "+**/node_modules\n")
                .doesNotContain("dist");
        assertThat(Json.write(review.path("advice"))).contains(".git (3.0 MB)");
        Files.writeString(root.resolve(".dockerignore"), "*.log\n.git\n**/node_modules\n");
        assertThat(docker.call("optimize_build_cache", "{'context':'.'}").has("dockerignore_patch"))
                .isFalse();
    }

    @Test
    void movesWhatDiffersInEveryBuildBehindTheSteps() throws Exception {
        String dockerfile = """
                FROM debian:12
                ARG BUILD_DATE
                ARG GIT_COMMIT
                LABEL date=$BUILD_DATE
                RUN make
                ENV COMMIT=$GIT_COMMIT
                CMD ["x"]
                """;

        assertThat(patched(dockerfile, review(dockerfile))).isEqualTo("""
                        FROM debian:12
                        RUN make
                        ARG BUILD_DATE
                        LABEL date=$BUILD_DATE
                        ARG GIT_COMMIT
                        ENV COMMIT=$GIT_COMMIT
                        CMD ["x"]
                        """);
    }

    @Test
    void showsTheGainOfThePatchByRealBuilds() throws Exception {
        docker.close();
        docker = new Docker(folder.resolve("data"), RealEngine.reach("{'roots':['" + root + "']}"));
        Files.writeString(root.resolve("package.json"), "{}");
        Files.writeString(root.resolve("app.js"), "run();\n");
        Files.createDirectories(root.resolve("bin"));
        Path npm = Files.writeString(root.resolve("npm"), "#!/bin/sh\nsleep 2\n");
        npm.toFile().setExecutable(true);
        String label = "dev.millwright.test=" + UUID.randomUUID();
        String dockerfile = "FROM " + RealEngine.BASE + "\nLABEL " + label
                + "\nCOPY npm /bin/npm\nWORKDIR /app\nCOPY . .\nRUN npm ci && touch built\n";
        Files.writeString(root.resolve("Dockerfile"), dockerfile);

        JsonNode measured = docker.call("optimize_build_cache", "{'context':'.','measure':true}")
                .path("measured");

        assertThat(measured.path("changed").asText()).isEqualTo("app.js");
        assertThat(Json.write(measured.path("before").path("ran"))).contains("npm ci");
        assertThat(Json.write(measured.path("after").path("ran"))).doesNotContain("npm ci");
        assertThat(measured.path("times_faster").asDouble()).isGreaterThan(1.5);
        assertThat(Files.readString(root.resolve("app.js"))).isEqualTo("run();\n");
        assertThat(RealEngine.docker("images", "-aq", "--filter", "label=" + label))
                .isEmpty();
    }

    /** What the times of a build predict for a change is what builds after the change take, loosely. */
    @Test
    void predictsWhatAChangeCostsBeforeAndAfterThePatch() throws Exception {
        docker.close();
        docker = new Docker(folder.resolve("data"), RealEngine.reach("{'roots':['" + root + "']}"));
        Files.writeString(root.resolve("package.json"), "{}");
        Files.writeString(root.resolve("app.js"), "run();\n");
        Path npm = Files.writeString(root.resolve("npm"), "#!/bin/sh\nsleep 4\n");
        npm.toFile().setExecutable(true);
        String tag = "millwright-test/predicted-" + UUID.randomUUID().toString().substring(0, 8);
        Files.writeString(root.resolve("Dockerfile"), """
                FROM %1$s AS build
                COPY npm /bin/npm
                WORKDIR /app
                COPY . .
                RUN npm ci
                RUN sleep 2 && cp app.js built
                FROM %1$s AS other
                RUN sleep 3 && touch /other
                FROM %1$s
                COPY --from=other /other /other
                COPY --from=build /app/built /built
                RUN sleep 1 && touch /end
                """.formatted(RealEngine.BASE));
        try {
            JsonNode built = docker.call("build_image", "{'context':'.','no_cache':true,'tags':['" + tag + "']}");
            assertThat(built.path("status").asText()).as(built.toString()).isEqualTo("succeeded");
            String id = built.path("build_id").asText();

            JsonNode answer = docker.call(
                    "optimize_build_cache",
                    "{'context':'.','measure':true,'change_set':['app.js','README'],'build_trace':'" + id + "'}");

            JsonNode change = answer.path("invalidations").path(0);
            JsonNode measured = answer.path("measured");
            assertThat(change.path("rebuilds").findValuesAsText("step"))
                    .containsExactly("RUN npm ci", "RUN sleep 2 && cp app.js built", "RUN sleep 1 && touch /end");
            assertThat(change.path("rebuilds").get(0).path("seconds").asDouble())
                    .isBetween(4.0, 8.0);
            assertThat(change.path("predicted").path("untimed")).isEmpty();
            for (String each : List.of("before", "after")) {
                assertThat(change.path("predicted").path(each).asDouble())
                        .as(each + " of " + answer)
                        .isBetween(
                                measured.path(each).path("seconds").asDouble() / 1.5,
                                measured.path(each).path("seconds").asDouble() * 1.5);
            }
            assertThat(change.path("predicted").path("before").asDouble())
                    .isGreaterThan(change.path("predicted").path("after").asDouble() + 3);
            assertThat(docker.refusal("detect_build_failures", "{'build_id':'" + id + "'}"))
                    .hasMessageContaining("succeeded");
        } finally {
            RealEngine.docker("rmi", "-f", tag);
        }
    }

    @Test
    void takesTheTimesOfALogInEitherForm() throws Exception {
        Files.writeString(
                root.resolve("Dockerfile"),
                "FROM debian:12 AS a\nCOPY . .\nRUN make \\\n  all\nFROM debian:12\nRUN setup\nCOPY --from=a /x /x\nRUN check\n");
        String plain = """
                #1 [internal] load build context
                #1 DONE 0.5s
                #4 [a 2/3] COPY . .
                #4 DONE 0.1s
                #5 [a 3/3] RUN make   all
                #5 0.100 building
                #5 DONE 7.4s
                #6 [stage-1 2/4] RUN setup
                #6 CACHED
                #7 [stage-1 4/4] RUN check
                #7 DONE 2.0s
                #8 exporting to image
                #8 DONE 0.5s
                """;
        String json = "{\"vertexes\":[{\"digest\":\"sha256:5\",\"name\":\"[a 3/3] RUN make   all\"}]}\n"
                + "{\"vertexes\":[{\"digest\":\"sha256:5\",\"name\":\"[a 3/3] RUN make   all\","
                + "\"started\":\"2026-01-01T00:00:00.5Z\",\"completed\":\"2026-01-01T00:00:08Z\"}]}\n";
        Files.writeString(root.resolve("build.log"), json);

        JsonNode first = traced(plain).path("invalidations").path(0);
        assertThat(first.path("predicted").path("before").asDouble()).isEqualTo(10.5);
        assertThat(first.path("rebuilds").findValuesAsText("seconds")).containsExactly("7.4", "2.0");

        JsonNode second = traced("build.log").path("invalidations").path(0);
        assertThat(second.path("predicted").path("before").asDouble()).isEqualTo(7.5);
        assertThat(second.path("predicted").path("untimed").get(0).asText()).isEqualTo("RUN check");
        assertThat(traced(json).path("invalidations").path(0)).isEqualTo(second);
    }

    private JsonNode traced(String trace) throws Exception {
        return docker.call(
                "optimize_build_cache", Json.object().put("context", ".").put("build_trace", trace), new FakeCall());
    }

    @Test
    void refusesATraceOrAChangeThatTellsNothing() throws Exception {
        Files.writeString(root.resolve("Dockerfile"), "FROM debian:12\nCOPY . .\nRUN make\n");
        assertThat(docker.refusal("optimize_build_cache", "{'context':'.','build_trace':'no-such'}"))
                .hasMessageContaining("/build_trace \"no-such\" is neither a build of yours nor a file");
        assertThat(docker.refusal("optimize_build_cache", "{'context':'.','build_trace':'no times here'}"))
                .hasMessageContaining("/build_trace tells no time");
        assertThat(docker.refusal(
                        "optimize_build_cache", "{'context':'.','build_trace':'#1 [2/2] RUN other\\n#1 DONE 2.0s'}"))
                .hasMessageContaining("/build_trace has no RUN step");
        assertThat(docker.refusal("optimize_build_cache", "{'context':'.','change_set':['/etc/passwd']}"))
                .hasMessageContaining("/change_set");
        assertThat(docker.refusal("optimize_build_cache", "{'context':'.','measure':true,'change_set':['Dockerfil']}"))
                .hasMessageContaining("did you mean Dockerfile");
        assertThat(docker.refusal("optimize_build_cache", "{'dockerfile':'FROM x\\n','measure':true}"))
                .hasMessageContaining("/measure needs /context");
    }

    @Test
    void refusesWhatDockerRefuses() {
        assertThat(docker.refusal("optimize_build_cache", "{'dockerfile':'RUN make'}")
                        .getMessage())
                .contains("Docker refuses this Dockerfile");
        assertThat(docker.refusal("optimize_build_cache", "{}").getMessage())
                .contains("/dockerfile must be a path or the text");
        assertThat(docker.refusal("optimize_build_cache", "{'context':'../elsewhere'}"))
                .isNotNull();
    }
}
