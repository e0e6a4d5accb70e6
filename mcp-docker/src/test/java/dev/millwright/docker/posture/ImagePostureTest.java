package dev.millwright.docker.posture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.docker.archive.HistoryStep;
import dev.millwright.docker.posture.Outcome.Verdict;
import dev.millwright.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What configuration and history tell of an image. */
class ImagePostureTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

    /** The engine's words for a well-made image. */
    private static final String GOOD = """
            {"Id":"sha256:aa","RepoTags":[],"RepoDigests":["registry.example/shop@sha256:aa"],"Created":"2026-11-20T00:00:00Z",
             "Config":{"User":"10001:10001","Env":["PATH=/usr/local/bin:/usr/bin","GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305",
               "PYTHON_SHA256=aab0950817735172601879872d937c1e4928a57c409ae02369ec3d91dccebe79","SSL_CERT_FILE=/etc/ssl/certs/ca.crt",
               "TOKEN_TTL=3600","PASSWORD_FILE=/run/secrets/db"],
               "ExposedPorts":{"8080/tcp":{}},"Healthcheck":{"Test":["CMD","/app/health"]},"Volumes":{"/data":{}},
               "Labels":{"org.opencontainers.image.base.name":"debian:12","org.opencontainers.image.base.digest":"sha256:bb"}}}""";

    private static final List<String> STEPS = List.of(
            "/bin/sh -c #(nop) ADD file:9bd5b0 in / ",
            "/bin/sh -c #(nop)  CMD [\"bash\"]",
            "RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* # buildkit",
            "RUN /bin/sh -c curl -fsSLo t.tgz https://example.org/t.tgz && echo \"$SUM  t.tgz\" | sha256sum -c # buildkit",
            "RUN /bin/sh -c --mount=type=secret,id=npm_token npm ci # buildkit",
            "COPY dist /app # buildkit",
            "USER 10001:10001");

    private static JsonNode json(String text) {
        try {
            return Json.read(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static ImageFacts facts(JsonNode inspect, List<String> steps) {
        ImageFacts facts = ImageFacts.of(inspect, Json.array());
        List<HistoryStep> history = steps.stream()
                .map(each -> new HistoryStep(each, "", "", each.contains("CMD") || each.startsWith("USER")))
                .toList();
        return new ImageFacts(
                facts.user(),
                facts.env(),
                facts.ports(),
                facts.health(),
                facts.labels(),
                facts.volumes(),
                history,
                facts.created(),
                facts.tags(),
                facts.digests());
    }

    private static Posture posture(JsonNode inspect, List<String> steps) {
        return Posture.of(facts(inspect, steps), List.of(), NOW);
    }

    private static JsonNode changed(String pointer, String value) {
        ObjectNode image = (ObjectNode) json(GOOD);
        int slash = pointer.lastIndexOf('/');
        ((ObjectNode) image.at(pointer.substring(0, slash))).set(pointer.substring(slash + 1), json(value));
        return image;
    }

    private static List<String> with(String step) {
        List<String> steps = new java.util.ArrayList<>(STEPS);
        steps.add(step);
        return steps;
    }

    @Test
    void findsNothingInAGoodImage() {
        Posture posture = posture(json(GOOD), STEPS);

        assertThat(posture.all()).isEmpty();
        assertThat(posture.checks())
                .extracting(Outcome::number)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 12).mapToObj(i -> "4." + i).toList());
        assertThat(posture.checks())
                .filteredOn(each -> each.verdict() == Verdict.UNKNOWN)
                .extracting(Outcome::number)
                .containsExactly("4.3", "4.8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "CIS-4.1 | /Config/User | ''",
                "CIS-4.1 | /Config/User | 'root:root'",
                "CIS-4.1 | /Config/User | '0:1000'",
                "CIS-4.2 | /Config/Labels | {'org.opencontainers.image.base.name':'debian:12'}",
                "CIS-4.4 | /Created | '2026-07-01T00:00:00Z'",
                "CIS-4.5 | /RepoTags | ['shop:1.2']",
                "CIS-4.6 | /Config/Healthcheck | null",
                "CIS-4.6 | /Config/Healthcheck | {'Test':['NONE']}",
                "exposed-port | /Config/ExposedPorts | {'22/tcp':{}}",
                "exposed-port | /Config/ExposedPorts | {'2375/tcp':{},'8080/tcp':{}}",
                "host-volume | /Config/Volumes | {'/var/run/docker.sock':{}}"
            })
    void findsTheOneThingThatIsOtherwise(String check, String pointer, String value) {
        assertThat(posture(changed(pointer, value), STEPS).all())
                .extracting(Finding::check)
                .containsExactly(check);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "CIS-4.7 | RUN /bin/sh -c apt-get update # buildkit",
                "CIS-4.7 | /bin/sh -c apk update",
                "CIS-4.7 | /bin/sh -c apt-get -qq update && echo done",
                "CIS-4.9 | ADD app.tar.gz /app # buildkit",
                "CIS-4.9 | /bin/sh -c #(nop) ADD dir:af1e in /app ",
                "CIS-4.11 | RUN /bin/sh -c apt-get update && apt-get install -y --allow-unauthenticated x # buildkit",
                "CIS-4.11 | RUN /bin/sh -c apk add --allow-untrusted x.apk # buildkit",
                "CIS-4.11 | RUN /bin/sh -c pip install --trusted-host pypi.example x # buildkit",
                "CIS-4.12 | RUN /bin/sh -c wget https://example.org/x.tgz && tar xf x.tgz # buildkit",
                "sudo | RUN /bin/sh -c sudo make install # buildkit",
                "dist-upgrade | RUN /bin/sh -c apt-get update && apt-get -y dist-upgrade # buildkit"
            })
    void findsTheOneStepThatIsOtherwise(String check, String step) {
        List<Finding> found = posture(json(GOOD), with(step)).all();

        assertThat(found).extracting(Finding::check).containsExactly(check);
        assertThat(found.getFirst().evidence()).isNotBlank();
    }

    @Test
    void findsADownloadThatGoesStraightToAShell() {
        assertThat(posture(json(GOOD), with("RUN /bin/sh -c curl -s https://get.example.org | bash # buildkit"))
                        .all())
                .extracting(Finding::check)
                .containsExactlyInAnyOrder("piped-download", "CIS-4.12");
    }

    @Test
    void findsTheLatestTag() {
        assertThat(posture(changed("/RepoTags", "['shop:latest']"), STEPS).all())
                .extracting(Finding::check)
                .containsExactlyInAnyOrder("latest-tag", "CIS-4.5");
    }

    @Test
    void holdsTheBaseToTheRegistriesThatAreTrusted() {
        ImageFacts facts = facts(json(GOOD), STEPS);

        assertThat(Posture.of(facts, List.of("registry.example/", "debian:"), NOW)
                        .all())
                .isEmpty();
        assertThat(Posture.of(facts, List.of("registry.example/"), NOW).all())
                .extracting(Finding::check)
                .containsExactly("CIS-4.2");
    }

    /** Put together at run time, so that no scanner takes this file for a leak. */
    private static final String GITHUB = "ghp_" + "R4nd0mT3xt".repeat(4).substring(0, 36);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/bin/sh -c #(nop)  ENV NPM_TOKEN=%s",
                "/bin/sh -c #(nop)  ENV DB_PASSWORD %s",
                "ARG API_KEY=%s",
                "LABEL deploy.token=%s",
                "|2 USER=me NPM_TOKEN=%s /bin/sh -c npm ci",
                "RUN |1 NPM_TOKEN=%s /bin/sh -c npm ci # buildkit",
                "RUN /bin/sh -c git clone https://me:%s@git.example.org/x.git # buildkit",
                "RUN /bin/sh -c curl -H 'Authorization: Bearer %s' https://x.example/ | sha256sum -c s # buildkit",
                "RUN /bin/sh -c deploy --password %s --now # buildkit",
                "RUN /bin/sh -c export SECRET_KEY=%s && make # buildkit",
                "RUN /bin/sh -c echo 'root:%s' | chpasswd # buildkit"
            })
    void findsSecretsInHistoryAndTellsNeverTheirValue(String step) {
        for (String secret : List.of(GITHUB, "Tr0ub4dor&3x")) {
            Posture posture = posture(json(GOOD), with(step.formatted(secret)));

            if (!step.contains("Bearer") || secret.equals(GITHUB)) {
                assertThat(posture.all()).extracting(Finding::check).contains("secret-in-history", "CIS-4.10");
            }
            assertThat(posture.toString()).doesNotContain(secret);
        }
    }

    @Test
    void findsSecretsInEnvironmentAndLabels() {
        ObjectNode image = (ObjectNode) changed(
                "/Config/Env", "['POSTGRES_PASSWORD=postgres','URL=https://u:s3cretvalue@h/','GH=" + GITHUB + "']");
        ((ObjectNode) image.at("/Config/Labels")).put("ci.token", "a8f5f167f44f4964e6c998dee827110c");

        Posture posture = posture(image, STEPS);

        assertThat(posture.secrets())
                .extracting(Finding::check)
                .containsExactly("secret-in-env", "secret-in-env", "secret-in-env", "secret-in-label");
        assertThat(posture.toString()).doesNotContain("=postgres", "s3cretvalue", GITHUB, "a8f5f167");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "API_KEY=${API_KEY}",
                "TOKEN=",
                "AUTH_ENABLED=true",
                "PASSWORD=changeme-please",
                "SECRET_NAME=db",
                "PASSWORD=<your password>",
                "CERT_PATH=/etc/x",
                "AUTH_URL=https://login.example/"
            })
    void findsNoSecretInWhatStandsForOne(String variable) {
        assertThat(posture(changed("/Config/Env", "['" + variable + "']"), STEPS)
                        .all())
                .isEmpty();
    }

    @Test
    void readsHistoryAsTheEngineTellsIt() {
        ImageFacts facts = ImageFacts.of(
                json(GOOD),
                json(
                        "[{'CreatedBy':'COPY b','Size':5},{'CreatedBy':'ADD a','Size':7},{'CreatedBy':'ENV x=y','Size':0}]"));

        assertThat(facts.instructions()).containsExactly("ENV x=y", "ADD a", "COPY b");
        assertThat(facts.ports()).isEqualTo(Set.of("8080/tcp"));
    }

    /** Quadratic time would take hours. */
    @Test
    void takesNoLongerForStepsThatAreMadeToTakeLong() {
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (String each :
                    List.of("curl ", "apt-get -q ", "echo a:b ", "PASSWORD=", "://a:", "sha256sum ", "|1 A=")) {
                assertThat(posture(json(GOOD), with("RUN " + each.repeat(100_000)))
                                .checks())
                        .hasSize(12);
            }
            assertThat(CredentialFile.find("a.tfstate", "\"" + "token".repeat(200_000)))
                    .isEmpty();
        });
    }
}
