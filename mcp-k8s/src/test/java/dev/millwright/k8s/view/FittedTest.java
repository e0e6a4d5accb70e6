package dev.millwright.k8s.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import org.junit.jupiter.api.Test;

class FittedTest {
    @Test
    void leavesWhatFitsAsItIs() {
        ObjectNode object = Json.object().put("a", "b");
        assertThat(Fitted.into(object, 1_000)).isFalse();
        assertThat(Json.write(object)).isEqualTo("{\"a\":\"b\"}");
    }

    @Test
    void takesTheLargestPartOutAndSaysHowToAskForIt() {
        ObjectNode object = Json.object().put("kind", "ConfigMap");
        object.putObject("data").put("small", "x").put("big/one", "y".repeat(5_000));
        assertThat(Fitted.into(object, 1_000)).isTrue();
        assertThat(object.at("/data/big~1one").asText())
                .isEqualTo("… 5002 bytes left out; fields=[\"/data/big~1one\"]");
        assertThat(object.at("/data/small").asText()).isEqualTo("x");
    }

    @Test
    void fitsManyLargeParts() {
        ObjectNode object = Json.object();
        for (int i = 0; i < 200; i++) {
            object.putObject("part" + i).put("text", "z".repeat(300));
        }
        Fitted.into(object, 30_000);
        assertThat(Json.size(object)).isLessThanOrEqualTo(30_000);
    }
}
