package dev.millwright.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RedactorTest {
    private static final String A36 = "0123456789abcdefghijABCDEFGHIJ012345";

    private final Redactor redactor = new Redactor(List.of("hunter2-secret", "tiny", "a.b*c(d"));

    /** Put together here so that no scanner takes this file for a leak; {@code #} is where the parts meet. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "AKIA#IOSFODNN7EXAMPLE",
                "ASIA#Y34FZKBOKMUTVV7A",
                "ghp#_" + A36,
                "gho#_" + A36,
                "github#_pat_11ABCDEFG0abcdefghijkl_" + A36,
                "glpat#-xxx0123456789abcDEFG",
                "xoxb#-123456789012-abcdefABCDEF",
                "xapp#-1-A012345-0123456789-abcdef",
                "AIza#SyA0123456789abcdefghijklmnopqrstuv",
                "sk#-ant-api03-AbCdEf0123456789_-AbCdEf",
                "sk#-proj-AbCdEf0123456789AbCdEf0123456789",
                "npm#_" + A36,
                "sk#_live_0123456789abcdefABCDEFGH",
                "whsec#_0123456789abcdefABCDEFGH",
                "eyJ#hbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl",
                "mw#_0123456789ab_abcdefghijklmnopqrstuvwxyzABCDEFGHIJ_-01234",
                "-----BEGIN RSA PRIVATE#-KEY-----\nMIIEow==\n-----END RSA PRIVATE#-KEY-----",
                "hunter2-secret",
                "a.b*c(d"
            })
    void takesOutWhatLooksLikeASecret(String parts) {
        String secret = parts.replace("PRIVATE#-KEY", "PRIVATE KEY").replace("#", "");
        assertThat(redactor.redact("before " + secret + " after"))
                .isEqualTo(new Redactor.Redacted<>("before *** after", 1));
        assertThat(redactor.redact("\"" + secret + "\",\"" + secret + "\""))
                .isEqualTo(new Redactor.Redacted<>("\"***\",\"***\"", 2));
        assertThat(redactor.redact(secret).value()).isEqualTo("***");
    }

    @Test
    void takesOutWhatItLearnsLaterToo() {
        Redactor learning = new Redactor(List.of("hunter2-secret"));
        assertThat(learning.redact("from-a-cluster").count()).isZero();
        learning.learn(List.of("from-a-cluster", "short"));
        assertThat(learning.redact("hunter2-secret, from-a-cluster, short").value())
                .isEqualTo("***, ***, short");
    }

    @Test
    void takesOutOnlyTheSecretPart() {
        assertThat(redactor.redact("git clone https://bob:s3cr3t@example.com/x.git")
                        .value())
                .isEqualTo("git clone https://bob:***@example.com/x.git");
        assertThat(redactor.redact("redis://:s3cr3t@cache:6379").value()).isEqualTo("redis://:***@cache:6379");
        assertThat(redactor.redact("Authorization: Bearer abcdefgh12").value()).isEqualTo("Authorization: Bearer ***");
        assertThat(redactor.redact("{\"authorization\": \"Basic dXNlcjpwYXNz\"}")
                        .value())
                .isEqualTo("{\"authorization\": \"Basic ***\"}");
        assertThat(redactor.redact("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n")
                        .value())
                .isEqualTo("aws_secret_access_key = ***\n");
        assertThat(redactor.redact("-----BEGIN PRIVATE " + "KEY-----\nMIIEcut off")
                        .value())
                .isEqualTo("***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "commit 545ddb2f0c7e9a1b2c3d4e5f60718293a4b5c6d7",
                "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "550e8400-e29b-41d4-a716-446655440000",
                "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
                "http://localhost:8080/path/@scope/package?x=a:b@c",
                "https://registry.example.com:443/@types/node",
                "jdbc:postgresql://host:5432/db and mail a:b@c.de",
                "postgres://user:${PASSWORD}@host/db",
                ".sk-loading-indicator-container-large { color: red }",
                "task-force-number-0123456789-ABCDEFGHIJ",
                "String bearer = \"Bearer \" + token; // Bearer authentication is described below",
                "if (header.startsWith(\"Basic \")) authorization = parse(header);",
                "Authorization: Basic auth",
                "npm_config_registry and npm_package_name",
                "mw_short_value mw_0123456789ab",
                "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
                "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
                "eyJhbGciOiJIUzI1NiJ9 alone is no token",
                "secretAccessKey: String, awsSecretAccessKey = config.getSecretAccessKey()",
                "AKIAIOSFODNN7EXAMPLELONGER THEAKIAIOSFODNN7EXAMPLE",
                "tiny words stay",
                ""
            })
    void leavesOrdinaryTextAlone(String text) {
        assertThat(redactor.redact(text).value()).isSameAs(text);
    }

    @Test
    void redactsEveryTextOfATree() throws Exception {
        JsonNode tree = Json.read("{\"a\":[\"x\",{\"b\":\"say hunter2-secret\"}],\"n\":1,\"c\":\"hunter2-secret\"}");
        Redactor.Redacted<JsonNode> redacted = redactor.redact(tree);
        assertThat(redacted.value()).isEqualTo(Json.read("{\"a\":[\"x\",{\"b\":\"say ***\"}],\"n\":1,\"c\":\"***\"}"));
        assertThat(redacted.count()).isEqualTo(2);
        JsonNode clean = Json.read("{\"a\":[1,\"x\"]}");
        assertThat(redactor.redact(clean).value()).isSameAs(clean);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eyJ",
                "eyJ.",
                "://a:",
                "xoxb-",
                "sk-",
                "-----BEGIN PRIVATE KEY",
                "Bearer ",
                "uthorization:  ",
                "ghp_a",
                "a"
            })
    @Timeout(5)
    void isNotHeldUpByTextMadeToHoldItUp(String piece) {
        assertThat(redactor.redact(piece.repeat(1_000_000 / piece.length())).count())
                .isLessThanOrEqualTo(1);
    }

    @Test
    void findsASecretWhereverItStands() {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            String before = "x ".repeat(random.nextInt(50));
            assertThat(redactor.redact(before + "hunter2-secret" + "\u00e9\u4e2d".repeat(random.nextInt(5)))
                            .count())
                    .isOne();
        }
    }
}
