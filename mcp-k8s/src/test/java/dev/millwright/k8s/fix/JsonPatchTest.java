package dev.millwright.k8s.fix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.k8s.diagnose.Difference;
import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class JsonPatchTest {
    private static JsonNode json(String text) throws Exception {
        return Json.read(text.replace('\'', '"'));
    }

    private static JsonNode patched(String tree, String patch) throws Exception {
        return JsonPatch.apply(json(tree), json(patch)).result();
    }

    @Test
    void doesWhatTheExamplesOfTheStandardSay() throws Exception {
        // RFC 6902, appendix A: A.1 to A.5, A.14, A.16.
        assertThat(patched("{'foo':'bar'}", "[{'op':'add','path':'/baz','value':'qux'}]"))
                .isEqualTo(json("{'baz':'qux','foo':'bar'}"));
        assertThat(patched("{'foo':['bar','baz']}", "[{'op':'add','path':'/foo/1','value':'qux'}]"))
                .isEqualTo(json("{'foo':['bar','qux','baz']}"));
        assertThat(patched("{'baz':'qux','foo':'bar'}", "[{'op':'remove','path':'/baz'}]"))
                .isEqualTo(json("{'foo':'bar'}"));
        assertThat(patched("{'foo':['bar','qux','baz']}", "[{'op':'remove','path':'/foo/1'}]"))
                .isEqualTo(json("{'foo':['bar','baz']}"));
        assertThat(patched("{'baz':'qux','foo':'bar'}", "[{'op':'replace','path':'/baz','value':'boo'}]"))
                .isEqualTo(json("{'baz':'boo','foo':'bar'}"));
        assertThat(patched("{'/':9,'~1':10}", "[{'op':'test','path':'/~01','value':10}]"))
                .isEqualTo(json("{'/':9,'~1':10}"));
        assertThat(patched("{'foo':['bar']}", "[{'op':'add','path':'/foo/-','value':['abc','def']}]"))
                .isEqualTo(json("{'foo':['bar',['abc','def']]}"));
    }

    @Test
    void refusesWhatIsNotThereAsAConflict() throws Exception {
        for (String patch : List.of(
                "[{'op':'remove','path':'/no'}]",
                "[{'op':'replace','path':'/no','value':1}]",
                "[{'op':'add','path':'/no/deeper','value':1}]",
                "[{'op':'add','path':'/list/9','value':1}]",
                "[{'op':'replace','path':'/list/1','value':1}]",
                "[{'op':'replace','path':'/list/-','value':1}]",
                "[{'op':'test','path':'/list/0','value':2}]",
                "[{'op':'remove','path':''}]")) {
            JsonNode tree = json("{'list':[1]}");
            ToolException refused = catchThrowableOfType(ToolException.class, () -> JsonPatch.apply(tree, json(patch)));
            assertThat(refused).as(patch).isNotNull();
            assertThat(refused.kind()).isEqualTo(ToolException.Kind.CONFLICT);
        }
    }

    @Test
    void namesWhatAPatchSets() throws Exception {
        JsonPatch.Patched patched = JsonPatch.apply(
                json("{'a':[1],'b':2}"), json("[{'op':'add','path':'/a/-','value':2},{'op':'remove','path':'/b'}]"));
        assertThat(patched.set()).map(Object::toString).containsExactly("/a/1");
    }

    @Test
    void checksOperationsBeforeAnythingIsDone() {
        assertThatThrownBy(() -> JsonPatch.check(json("[{'op':'move','path':'/a','from':'/b'}]"), "/patch"))
                .hasMessage("/patch/0/op must be add, remove, replace or test, got move");
        assertThatThrownBy(() -> JsonPatch.check(json("[{'op':'add','path':'/a'}]"), "/patch"))
                .hasMessage("/patch/0/value is missing");
        assertThatThrownBy(() -> JsonPatch.check(json("[{'op':'remove','path':'a'}]"), "/patch"))
                .hasMessageContaining("no JSON pointer");
        assertThatThrownBy(() -> JsonPatch.check(json("[]"), "/patch")).hasMessageContaining("at least one");
    }

    @Test
    void mergesAsTheExamplesOfTheStandardSay() throws Exception {
        // RFC 7386, appendix A.
        String[][] examples = {
            {"{'a':'b'}", "{'a':'c'}", "{'a':'c'}"},
            {"{'a':'b'}", "{'b':'c'}", "{'a':'b','b':'c'}"},
            {"{'a':'b'}", "{'a':null}", "{}"},
            {"{'a':['b']}", "{'a':'c'}", "{'a':'c'}"},
            {"{'a':'c'}", "{'a':['b']}", "{'a':['b']}"},
            {"{'a':{'b':'c'}}", "{'a':{'b':'d','c':null}}", "{'a':{'b':'d'}}"},
            {"{'e':null}", "{'a':1}", "{'e':null,'a':1}"},
            {"[1,2]", "{'a':'b','c':null}", "{'a':'b'}"},
            {"{}", "{'a':{'bb':{'ccc':null}}}", "{'a':{'bb':{}}}"},
        };
        for (String[] each : examples) {
            assertThat(JsonPatch.merge(json(each[0]), json(each[1]))).isEqualTo(json(each[2]));
        }
    }

    @Test
    void theDifferencesOfAnyTwoTreesMakeOneOfTheOtherAndBack() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20_261_130);
        for (int i = 0; i < 3_000; i++) {
            JsonNode one = tree(random, 4);
            JsonNode other = random.nextInt(4) == 0 ? tree(random, 4) : altered(random, one);
            if (!one.isObject() || !other.isObject()) {
                continue;
            }
            List<Difference> there = Difference.between(one, other);
            List<Difference> back = Difference.between(other, one);
            assertThat(JsonPatch.apply(one, Difference.patch(there)).result()).isEqualTo(other);
            assertThat(JsonPatch.apply(other, Difference.patch(back)).result()).isEqualTo(one);
            assertThat(there.isEmpty()).isEqualTo(one.equals(other));
        }
    }

    private static JsonNode tree(RandomGenerator random, int depth) {
        return switch (depth == 0 ? random.nextInt(2) : random.nextInt(5)) {
            case 0 -> Json.object().numberNode(random.nextInt(3));
            case 1 -> Json.object().textNode("t" + random.nextInt(3));
            case 2 -> {
                ArrayNode list = Json.array();
                for (int i = random.nextInt(4); i > 0; i--) {
                    list.add(tree(random, depth - 1));
                }
                yield list;
            }
            default -> {
                ObjectNode object = Json.object();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.set("k/~" + random.nextInt(5), tree(random, depth - 1));
                }
                yield object;
            }
        };
    }

    /** The same with one or two places changed, as an edit does. */
    private static JsonNode altered(RandomGenerator random, JsonNode tree) {
        if (tree instanceof ObjectNode object && !object.isEmpty()) {
            ObjectNode copy = object.deepCopy();
            List<String> names = new ArrayList<>();
            copy.fieldNames().forEachRemaining(names::add);
            String name = names.get(random.nextInt(names.size()));
            if (random.nextInt(4) == 0) {
                copy.remove(name);
            } else {
                copy.set(name, altered(random, copy.get(name)));
            }
            return copy;
        } else if (tree instanceof ArrayNode list && !list.isEmpty()) {
            ArrayNode copy = list.deepCopy();
            int at = random.nextInt(copy.size());
            switch (random.nextInt(3)) {
                case 0 -> copy.remove(at);
                case 1 -> copy.insert(at, tree(random, 1));
                default -> copy.set(at, altered(random, copy.get(at)));
            }
            return copy;
        }
        return tree(random, 2);
    }
}
