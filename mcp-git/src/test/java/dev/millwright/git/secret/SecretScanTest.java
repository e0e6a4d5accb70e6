package dev.millwright.git.secret;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millwright.mask.RandomText;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which lines look like a secret; the samples are made up, and put together here so that no scanner finds them. */
class SecretScanTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "AWS access key id|a.txt|key = AKIA+ZQ3DWXOVK7RTBPLQ",
                "AWS secret key|a.txt|aws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPxRfiCYzqKd83mZa1",
                "GitHub token|src/A.java|String t = \"ghp+_a8Kd93jfLsQw02MxZp47VbTnYc61RuEhGoIk\";",
                "private key|id_rsa|-----BEGIN +OPENSSH PRIVATE KEY-----",
                "private key|k.pem|-----BEGIN +PRIVATE KEY-----",
                "Slack token|a.yml|slack: xoxb-+290518273645-Zk81mQpRt",
                "Google API key|a.js|var k = 'AIza+SyD3k9fJ2lQ8mZx7vBnW4tYcR6pEhGoI5uA';",
                "password in a URL|a.properties|db=postgres://app:+q8Zk2mPx@db.internal/app",
                "random text of a secret's name|app.py|API_KEY = \"q8Zk2+mPx93jfLsQw02MxZp47Vb\"",
                "random text of a secret's name|.env|CLIENT_SECRET=q8Zk2+mPx93jfLsQw02MxZp47Vb",
                "random text of a secret's name|a.json|\"clientSecret\": \"q8Zk2+mPx93jfLsQw02MxZp47Vb\",",
                "random text of a secret's name|a.yaml|password: q8Zk2+mPx93jfLsQw02MxZp47Vb",
                "random text of a secret's name|a.ts|const secret = '4f9d2a7be1c83650+9b7a1c4e2d8f6035';",
            })
    void finds(String kind, String path, String line) {
        boolean isSum = line.contains("wJalr");
        assertThat(SecretScan.kind(path, isSum ? line : line.replace("+", ""), false))
                .contains(kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a.txt|commit 7555be3c0f1e2d3a4b5c6d7e8f90123456789abc",
                "a.txt|token: 7555be3c0f1e2d3a4b5c6d7e8f90123456789abc",
                "a.json|\"token\": \"550e8400-e29b-41d4-a716-446655440000\"",
                "a.json|\"secret_id\": \"550e8400-e29b-41d4-a716-446655440000\"",
                "a.json|\"integrity\": \"sha512-q8Zk2mPx93jfLsQw02MxZp47VbTnYc61RuEhGoIkq8Zk2mPx93jfLsQw==\"",
                "A.java|String secretName = config.getSecretName2FromVault();",
                "A.java|String password = passwordEncoder.encode(user.getPassword2());",
                "a.py|password = os.environ['DATABASE_PASSWORD_2']",
                "a.py|api_key = \"your-api-key-goes-here-1234\"",
                "a.yml|password: ${DATABASE_PASSWORD_2}",
                "a.yml|secretKeyRef: database-credentials-v2",
                "a.tf|token = \"${var.token2}\"",
                "a.md|postgres://user:password@localhost/db",
                "a.md|AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
                "a.css|background: url(data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk)",
                "a.txt|public_key = \"q8Zk2mPx93jfLsQw02MxZp47Vb\"",
                "a.go|tokenHash := \"q8Zk2mPx93jfLsQw02MxZp47Vb\"",
                "a.txt|-----BEGIN CERTIFICATE-----",
                "a.java|private static final String TOKEN_HEADER_NAME = \"X-Authentication-Token\";",
            })
    void findsNothingIn(String path, String line) {
        assertThat(SecretScan.kind(path, line, false)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"aaaaaaaa,0", "abababab,1", "abcdabcd,2", "0123456789abcdef,4"})
    void measuresBitsOfACharacter(String text, double bits) {
        assertThat(RandomText.bits(text)).isEqualTo(bits);
    }
}
