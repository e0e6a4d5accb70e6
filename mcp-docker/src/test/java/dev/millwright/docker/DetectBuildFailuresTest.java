package dev.millwright.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.testing.FakeCall;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The diagnosis of a log that somebody hands in, and what is learnt from its outcome. */
class DetectBuildFailuresTest {
    private static final String LOG = """
            #7 [3/4] RUN npm ci
            #7 1.204 npm error code EUSAGE
            #7 1.204 npm error The `npm ci` command can only install with an existing package-lock.json
            #7 ERROR: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1
            """;

    @TempDir
    Path data;

    private Docker docker;

    @BeforeEach
    void open() {
        docker = new Docker(data, RealEngine.reachOf("{'host':'unix:///nowhere'}"));
    }

    @AfterEach
    void close() {
        docker.close();
    }

    private JsonNode failure() throws Exception {
        return docker.call("detect_build_failures", Json.object().put("log", LOG), new FakeCall())
                .path("failure");
    }

    private static ObjectNode feedback(JsonNode failure, String kind, String outcome) {
        ObjectNode arguments = Json.object();
        arguments
                .putObject("feedback")
                .put("class", kind)
                .put("fingerprint", failure.path("fingerprint").asText())
                .put("fix_id", failure.path("fixes").path(0).path("fix_id").asText())
                .put("outcome", outcome);
        return arguments;
    }

    @Test
    void takesAnOutcomeInTheWordsOfItsAnswerAndRemembersItAfterARestart() throws Exception {
        JsonNode before = failure();
        assertThat(before.path("class").asText()).isEqualTo("NPM_CI_LOCK");

        for (int i = 0; i < 3; i++) {
            docker.call(
                    "detect_build_failures",
                    feedback(before, before.path("class").asText(), "failed"),
                    new FakeCall());
        }
        close();
        open();

        String first = before.path("fixes").path(0).path("fix_id").asText();
        double odds = before.path("fixes").path(0).path("odds").asDouble();
        for (JsonNode each : failure().path("fixes")) {
            if (each.path("fix_id").asText().equals(first)) {
                assertThat(each.path("odds").asDouble()).isLessThan(odds);
            }
        }
        assertThat(docker.refusal(
                                "detect_build_failures",
                                feedback(before, "npm-ci-lok", "worked").toString())
                        .getMessage())
                .contains("/feedback/class");
    }
}
