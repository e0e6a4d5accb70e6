package dev.millwright.docker.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SchemeTest {
    private static final String CHARACTERS = "0129abxzARC.-_~^:+!@ \t\u00e9\u0663\ud83d/v";

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void ordersTheTableOfItsEcosystem(Scheme scheme) throws IOException {
        List<Pair> pairs = table(scheme);
        assertThat(pairs).hasSizeGreaterThanOrEqualTo(200);
        for (Pair pair : pairs) {
            assertThat(scheme.understands(pair.a()))
                    .as("%s: %s", scheme, pair.a())
                    .isTrue();
            assertThat(scheme.understands(pair.b()))
                    .as("%s: %s", scheme, pair.b())
                    .isTrue();
            assertThat(Integer.signum(scheme.compare(pair.a(), pair.b())))
                    .as("%s: %s", scheme, pair)
                    .isEqualTo(pair.sign());
            assertThat(Integer.signum(scheme.compare(pair.b(), pair.a())))
                    .as("%s: %s the other way", scheme, pair)
                    .isEqualTo(-pair.sign());
        }
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void ordersAnyTextsWithoutFailing(Scheme scheme) {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            String a = text(random);
            String b = random.nextInt(3) == 0 ? near(a, random) : text(random);
            int forth = Integer.signum(scheme.compare(a, b));
            assertThat(Integer.signum(scheme.compare(b, a)))
                    .as("%s: <%s> <%s>", scheme, a, b)
                    .isEqualTo(-forth);
            assertThat(scheme.compare(a, a)).as("%s: <%s>", scheme, a).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Scheme.class, mode = EnumSource.Mode.EXCLUDE, names = "MAVEN")
    void ordersTransitively(Scheme scheme) throws IOException {
        List<String> versions = new ArrayList<>();
        table(scheme).forEach(pair -> versions.add(pair.a()));
        Random random = new Random(9);
        for (int i = 0; i < 300; i++) {
            versions.add(text(random));
            versions.add(near(versions.get(random.nextInt(versions.size())), random));
        }
        for (int i = 0; i < 60_000; i++) {
            String a = versions.get(random.nextInt(versions.size()));
            String b = versions.get(random.nextInt(versions.size()));
            String c = versions.get(random.nextInt(versions.size()));
            if (scheme.compare(a, b) <= 0 && scheme.compare(b, c) <= 0) {
                assertThat(scheme.compare(a, c))
                        .as("%s: <%s> <%s> <%s>", scheme, a, b, c)
                        .isLessThanOrEqualTo(0);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void bearsTextsOfAnyLength(Scheme scheme) {
        for (String unit : List.of("1", "1.", "a", "1a", "-", "~", "1-", "_p", ".0", "1.a-")) {
            String shorter = "1" + unit.repeat(400);
            String longer = "1" + unit.repeat(100_000);
            assertThatCode(() -> scheme.compare(shorter, longer)).doesNotThrowAnyException();
            assertThat(scheme.understands(longer)).isFalse();
            assertThat(scheme.compare(longer, longer)).isZero();
        }
    }

    @Test
    void putsWhatItDoesNotUnderstandFirst() {
        assertThat(Scheme.PYPI.understands("not-a-version")).isFalse();
        assertThat(Scheme.PYPI.compare("not-a-version", "0.dev0")).isNegative();
        assertThat(Scheme.COMPOSER.understands("dev-main")).isFalse();
        assertThat(Scheme.GO.understands("(devel)")).isFalse();
        assertThat(Scheme.APK.understands("1.0bc")).isFalse();
        assertThat(Scheme.SEMVER.understands("1.2.x")).isFalse();
        assertThat(Scheme.DEB.understands(" ")).isFalse();
    }

    record Pair(String a, int sign, String b) {}

    /** Every pair of every chain. */
    static List<Pair> table(Scheme scheme) throws IOException {
        String name = "/versions/" + scheme.name().toLowerCase(Locale.ROOT) + ".txt";
        try (InputStream in = SchemeTest.class.getResourceAsStream(name)) {
            List<Pair> pairs = new ArrayList<>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> pairs.addAll(chain(line.split(" "))));
            return pairs;
        }
    }

    private static List<Pair> chain(String[] words) {
        List<Pair> pairs = new ArrayList<>();
        int[] rank = new int[(words.length + 1) / 2];
        for (int i = 1; i < rank.length; i++) {
            rank[i] = rank[i - 1]
                    + switch (words[2 * i - 1]) {
                        case "<" -> 1;
                        case ">" -> -1;
                        case "=" -> 0;
                        default -> throw new IllegalArgumentException(String.join(" ", words));
                    };
            for (int j = 0; j < i; j++) {
                pairs.add(new Pair(words[2 * j], Integer.signum(rank[j] - rank[i]), words[2 * i]));
            }
        }
        return pairs;
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "" : "1");
        for (int left = random.nextInt(12); left > 0; left--) {
            text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
        }
        return text.toString();
    }

    private static String near(String text, Random random) {
        int at = random.nextInt(text.length() + 1);
        return text.substring(0, at)
                + CHARACTERS.charAt(random.nextInt(CHARACTERS.length()))
                + text.substring(Math.min(text.length(), at + random.nextInt(2)));
    }
}
