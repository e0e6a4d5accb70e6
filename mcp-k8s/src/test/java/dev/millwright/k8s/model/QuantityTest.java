package dev.millwright.k8s.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    private static Quantity of(String text) {
        return Quantity.parse(text).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "100m, 0.1",
        "1.5, 1.5",
        ".5, 0.5",
        "5., 5",
        "+1, 1",
        "-1, -1",
        "1k, 1000",
        "1Ki, 1024",
        "1.5Gi, 1610612736",
        "2E, 2000000000000000000",
        "2Ei, 2305843009213693952",
        "1e3, 1000",
        "1E3, 1000",
        "1e-3, 0.001",
        "12E2, 1200",
        "1n, 0.000000001",
        "1u, 0.000001",
        "128974848, 128974848",
        "129e6, 129000000",
        "129M, 129000000",
        "123Mi, 128974848",
        "9223372036854775807, 9223372036854775807"
    })
    void readsWhatKubernetesWrites(String text, BigDecimal value) {
        assertThat(of(text).value()).isEqualByComparingTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "m", "1.2.3", "1 Gi", "1gi", "1K", "1mi", "0x10", "1e", "NaN", "1,5", "--1", "1GiB"})
    void knowsWhatIsNone(String text) {
        assertThat(Quantity.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0.25, 250m", "2, 2", "0.0001, 1m", "1.0005, 1001m", "0, 0"})
    void writesCoresRoundedUp(String cores, String written) {
        assertThat(of(cores).cores()).isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource({
        "1073741824, 1Gi",
        "1610612736, 1536Mi",
        "1000, 1000",
        "1500, 2Ki",
        "1000000000, 954Mi",
        "0, 0",
        "0.5, 1"
    })
    void writesBytesExactlyOrRoundedUp(String bytes, String written) {
        assertThat(of(bytes).bytes()).isEqualTo(written);
    }

    @Test
    void reckonsExactlyAndNeverWritesLessThanThereIs() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            Quantity a = random(random);
            Quantity b = random(random);
            assertThat(a.plus(b).minus(b)).isEqualTo(a).hasSameHashCodeAs(a);
            assertThat(a.plus(b)).isEqualTo(b.plus(a));
            assertThat(a.max(b)).isGreaterThanOrEqualTo(a).isGreaterThanOrEqualTo(b);
            assertThat(of(a.bytes())).isGreaterThanOrEqualTo(a);
            assertThat(of(a.cores())).isGreaterThanOrEqualTo(a);
            assertThat(of(a.value().toPlainString())).isEqualTo(a);
        }
    }

    private static Quantity random(Random random) {
        String[] suffixes = {"", "m", "u", "n", "k", "M", "G", "Ki", "Mi", "Gi", "Ti"};
        return of(random.nextInt(100_000) + suffixes[random.nextInt(suffixes.length)]);
    }
}
