package dev.millwright.docker.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpansionTest {
    private static final Map<String, String> VALUES =
            Map.of("who", "world", "empty", "", "path", "/usr/local/lib/x.tar.gz", "v", "1.2.3");

    private static String expand(String word) {
        return Expansion.of(word, '\\', name -> Optional.ofNullable(VALUES.get(name)))
                .text();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "a$who.b | aworld.b",
                "${who}ly | worldly",
                "'$who' | $who",
                "\"$who 'x'\" | world 'x'",
                "\\$who | $who",
                "$none | ~~",
                "${none:-$who} | world",
                "${empty:-x} | x",
                "${empty-x} | ~~",
                "${who:+yes} | yes",
                "${empty:+yes} | ~~",
                "${empty+yes} | yes",
                "${path#*/} | usr/local/lib/x.tar.gz",
                "${path##*/} | x.tar.gz",
                "${path%.*} | /usr/local/lib/x.tar",
                "${path%%.*} | /usr/local/lib/x",
                "${v/./-} | 1-2.3",
                "${v//./-} | 1-2-3",
                "${path//\\//_} | _usr_local_lib_x.tar.gz",
                "${v%.?} | 1.2",
                "$ | $",
                "a\"b c\"d | ab cd",
            },
            delimiter = '|')
    void expandsAsDockerDoes(String word, String expected) {
        assertThat(expand(word)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "${ | missing '}'",
                "${who | unsupported modifier",
                "${who:-x | missing '}'",
                "${} | bad substitution",
                "${who:x} | unsupported modifier (:x)",
                "\"a | double-quote",
                "'a | single-quote",
                "${none:?give it} | none: give it",
                "${who/a} | missing '/'",
            },
            delimiter = '|')
    void refusesWhatDockerRefuses(String word, String message) {
        assertThatThrownBy(() -> expand(word))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void saysWhichVariablesHadNoValue() {
        Expansion.Expanded result =
                Expansion.of("$who $gone ${other:-x}", '\\', name -> Optional.ofNullable(VALUES.get(name)));
        assertThat(result.found()).containsExactly("who");
        assertThat(result.missing()).containsExactly("gone", "other");
    }
}
