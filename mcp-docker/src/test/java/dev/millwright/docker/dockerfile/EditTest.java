package dev.millwright.docker.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class EditTest {
    @Test
    void makesAllEditsInPlacesOfTheTextAsItWas() {
        assertThat(Edit.apply("abcdef", List.of(new Edit(4, 6, "X"), Edit.insert(0, "_"), Edit.delete(new Span(1, 2)))))
                .isEqualTo("_acdX");
        assertThat(Edit.apply("ab", List.of(new Edit(0, 1, "x"), Edit.insert(1, "-"), new Edit(1, 2, "y"))))
                .isEqualTo("x-y");
    }

    @Test
    void editsOfTheSameCharactersOrPlaceConflict() {
        assertThatThrownBy(() -> Edit.apply("abc", List.of(new Edit(0, 2, ""), new Edit(1, 3, ""))))
                .hasMessageContaining("0..2")
                .hasMessageContaining("1..3");
        assertThatThrownBy(() -> Edit.apply("abc", List.of(Edit.insert(1, "a"), Edit.insert(1, "b"))))
                .hasMessageContaining("conflict");
        assertThatThrownBy(() -> Edit.apply("abc", List.of(new Edit(0, 3, ""), Edit.insert(1, "b"))))
                .hasMessageContaining("conflict");
        assertThatThrownBy(() -> Edit.apply("abc", List.of(Edit.insert(4, "b"))))
                .hasMessageContaining("outside");
    }
}
