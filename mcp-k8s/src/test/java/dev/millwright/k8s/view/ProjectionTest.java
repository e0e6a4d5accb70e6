package dev.millwright.k8s.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProjectionTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    /spec/replicas                                      | 3
                    spec.replicas                                       | 3
                    .spec.replicas                                      | 3
                    {.spec.replicas}                                    | 3
                    /spec/c/1/image                                     | b
                    spec.c[1].image                                     | b
                    spec.c[-1].image                                    | b
                    spec.c[*].image                                     | a,b
                    metadata.labels['app.kubernetes.io/name']           | web
                    metadata.labels.app\\.kubernetes\\.io/name          | web
                    /metadata/labels/app.kubernetes.io~1name            | web
                    spec.nothing                                        | -
                    spec.c[*].nothing                                   | -
                    """)
    void readsAPlaceHoweverItIsWritten(String path, String expected) throws Exception {
        JsonNode object = Json.read("""
                {"metadata":{"labels":{"app.kubernetes.io/name":"web"}},
                "spec":{"replicas":3,"c":[{"image":"a"},{"image":"b"}]}}""");
        assertThat(Projection.line(Projection.of(path).in(object))).isEqualTo(expected);
    }

    @Test
    void refusesWhatIsNoPath() {
        assertThatThrownBy(() -> Projection.of("spec.[")).hasMessageContaining("neither a JSON pointer");
        assertThatThrownBy(() -> Projection.of("")).hasMessageContaining("at least one member");
    }
}
