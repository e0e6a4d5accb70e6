package dev.millwright.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonSizeTest {
    @Test
    void isWhatWritingTakes() {
        Random random = new Random(3);
        for (int i = 0; i < 3_000; i++) {
            JsonNode value = value(random, 0);
            assertThat(Json.size(value)).as(value.toString()).isEqualTo(Json.bytes(value).length);
        }
    }

    private static JsonNode value(Random random, int depth) {
        return switch (random.nextInt(depth < 4 ? 8 : 6)) {
            case 0 -> Json.tree(text(random));
            case 1 -> Json.tree(random.nextInt());
            case 2 -> Json.tree(random.nextLong());
            case 3 -> Json.tree(random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20));
            case 4 -> Json.tree(random.nextBoolean());
            case 5 -> Json.array().nullNode();
            case 6 -> {
                ArrayNode list = Json.array();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(value(random, depth + 1));
                }
                yield list;
            }
            default -> {
                ObjectNode object = Json.object();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.set(text(random), value(random, depth + 1));
                }
                yield object;
            }
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            int most = new int[] {0x20, 0x80, 0x100, 0x800, 0xd800, 0x10ffff}[random.nextInt(6)];
            int c = random.nextInt(most);
            text.appendCodePoint(c >= 0xd800 && c < 0xe000 ? '"' : c);
        }
        return text.toString();
    }
}
