package dev.millwright.k8s.mask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.mask.SecretText;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs, events and messages lose their secrets and keep their sense. */
class MaskTextTest {
    private static final String CANARY = "k4n4ry-Zx81-qq";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://app:CANARY@db:5432/shop",
                "redis://:CANARY@cache:6379",
                "https://user:p@CANARY/x@example.org/path",
                "amqp://u:CANARY@mq.shop.svc",
                "app:CANARY@tcp(db:3306)/shop?parseTime=true",
                "connecting to app:CANARY@db:5432",
                "jdbc:mysql://db:3306/shop?user=app&password=CANARY&ssl=true",
                "Server=db;Database=shop;User Id=sa;Password=CANARY;",
                "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=CANARY==;EndpointSuffix=x",
                "password is CANARY",
                "the password is: CANARY",
                "PASSWORD=CANARY",
                "DB_PASSWORD=a,b;CANARY",
                "export API_TOKEN='CANARY'",
                "password: CANARY",
                "{\"user\":\"a\",\"password\":\"x, y CANARY\",\"z\":1}",
                "{\"accessToken\": \"CANARY\"}",
                "{\"msg\":\"body {\\\"client_secret\\\":\\\"CANARY\\\"}\"}",
                "{\"tokens\":[\"CANARY\",\"b\"]}",
                "{'api_key': 'CANARY'}",
                "<password>CANARY</password>",
                "Authorization: Bearer CANARY",
                "Authorization: CANARY",
                "authorization: ApiKey CANARY",
                "\"Authorization\":\"Token CANARY\"",
                "X-Api-Key: CANARY",
                "x-auth-token: CANARY",
                "Cookie: theme=dark; session=CANARY",
                "Set-Cookie: sid=CANARY; Path=/; HttpOnly",
                "run --password CANARY --verbose",
                "run --api-key=CANARY",
                "GET /callback?access_token=CANARY&x=1",
                "https://x.blob.core/c?sv=1&signature=CANARY",
                "login failed for a with password \"CANARY\"",
                "using token \"CANARY\"",
                "token = CANARY",
                "passphrase => CANARY",
                "secret=CANARY",
                "JSESSIONID=CANARY"
            })
    void takesOutWhatStandsAfterTheNameOfASecret(String text) {
        assertThat(SecretText.text(text.replace("CANARY", CANARY)))
                .doesNotContain(CANARY)
                .contains("***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token expired",
                "token: expired",
                "Token is invalid or expired",
                "secret web-tls not found",
                "secrets is forbidden: User \"u\" cannot list resource \"secrets\"",
                "the token is expired.",
                "secret \"web-tls\" not found",
                "secret \"web-tls-5f7d8c\" not found",
                "Error: couldn't find key password in Secret shop/db",
                "secrets \"db\" is forbidden: User \"system:serviceaccount:shop:reader\" cannot get resource \"secrets\" in API group \"\"",
                "references non-existent secret key: password",
                "FATAL: password authentication failed for user \"app\"",
                "Access denied for user 'app'@'10.0.0.1' (using password: YES)",
                "the password is required",
                "password: missing",
                "failed to fetch oauth token: unexpected status: 401 Unauthorized",
                "secretName: web-tls",
                "passwordFile: /run/secrets/db",
                "POSTGRES_PASSWORD_FILE=/run/secrets/db",
                "PWD=/app",
                "max_tokens=4096, completion tokens: 120",
                "password: ${DB_PASSWORD}",
                "password=<none>",
                "MountVolume.SetUp failed for volume \"kube-api-access\" : failed to sync configmap cache: timed out waiting for the condition",
                "dial tcp 10.0.0.1:5432: connect: connection refused",
                "GET http://api:8080/users/a@example.org 200",
                "Failed to pull image \"registry.example.org:5000/web:2@sha256:0123456789abcdef\"",
                "Cookie: missing",
                "authorization failed: no policy",
                "com.acme.TokenFilter::verify at TokenFilter.java:12",
                "2026-11-20T14:28:53Z INFO signature verified"
            })
    void leavesSentencesAboutSecretsAlone(String text) {
        assertThat(SecretText.text(text)).isEqualTo(text);
    }

    @Test
    void showsThatTwoSecretsAreEqualAndNotWhatTheyAre() {
        assertThat(SecretText.text("password=" + CANARY)).isEqualTo(SecretText.text("password=" + CANARY));
        assertThat(SecretText.text("password=" + CANARY)).isNotEqualTo(SecretText.text("password=" + CANARY + "1"));
    }

    @Test
    void masksTextOnlyOnce() {
        String once = SecretText.text("postgres://app:" + CANARY + "@db password=" + CANARY);

        assertThat(SecretText.text(once)).isEqualTo(once);
    }

    @Test
    void takesOutAPrivateKeyThatGoesOverSeveralLines() {
        UnaryOperator<String> keys = SecretText.keys();

        assertThat(List.of(
                                "loading",
                                "-----BEGIN RSA PRIVATE KEY-----",
                                "MIIEabc",
                                "def==",
                                "-----END RSA PRIVATE KEY-----",
                                "done")
                        .stream()
                        .map(keys)
                        .toList())
                .containsExactly("loading", "***", "***", "***", "***", "done");
    }

    @Test
    void endsSoonOnTextMadeToTakeLong() {
        for (String part : new String[] {
            "a", "password", "password=", "token \"", "://a:", "a:b@", "cookie: ", "\\", "[", "authorization: "
        }) {
            assertThat(SecretText.text(part.repeat(100_000 / part.length()))).isNotNull();
        }
    }
}
