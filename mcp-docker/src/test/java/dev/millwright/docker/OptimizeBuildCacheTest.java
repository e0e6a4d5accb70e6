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
                ((ObjectNode) Docker.json("{'changed':['src/main.go','go.mod','README.md']}"))
                        .put("dockerfile", dockerfile),
                new FakeCall());

        JsonNode source = review.path("invalidations").path(0);
        assertThat(source.path("first").asText()).isEqualTo("COPY src ./src");
        assertThat(Json.write(source.path("rebuilds")))
                .isEqualTo("[\"RUN go build -o /app ./src\",\"RUN check /app\"]");
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

    @Test
    void refusesWhatDockerRefuses() {
        assertThat(docker.refusal("optimize_build_cache", "{'dockerfile':'RUN make'}")
                        .getMessage())
                .contains("Docker refuses this Dockerfile");
        assertThat(docker.refusal("optimize_build_cache", "{}").getMessage())
                .contains("give dockerfile, context, or both");
        assertThat(docker.refusal("optimize_build_cache", "{'context':'../elsewhere'}"))
                .isNotNull();
    }
}
