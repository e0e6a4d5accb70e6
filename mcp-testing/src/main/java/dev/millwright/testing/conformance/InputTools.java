package dev.millwright.testing.conformance;

import static dev.millwright.testing.conformance.Fixture.says;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.tool.Call;
import dev.millwright.tool.Question;
import dev.millwright.tool.Tool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scenarios {@code input-required-result-*}: calls that end with questions and are repeated with the answers. */
final class InputTools {
    static final String NAME = "{\"name\": {\"type\": \"string\"}}";
    private static final String OK = "{\"ok\": {\"type\": \"boolean\"}}";

    private InputTools() {}

    static List<Tool<?, ?>> all() {
        return List.of(
                says(
                        "test_input_required_result_elicitation",
                        "Asks for a name.",
                        call -> "Hello, %s!"
                                .formatted(ask(call, "user_name", Questions.form("What is your name?", NAME))
                                        .path("content")
                                        .path("name")
                                        .asText())),
                says(
                        "test_input_required_result_sampling",
                        "Has the client's model name a capital.",
                        call -> ask(call, "capital_question", Questions.sample("What is the capital of France?", 100))
                                .path("content")
                                .path("text")
                                .asText()),
                says(
                        "test_input_required_result_list_roots",
                        "Asks for the client's folders.",
                        call -> "Roots: "
                                + ask(call, "client_roots", new Question.Roots())
                                        .path("roots")),
                says(
                        "test_input_required_result_request_state",
                        "Asks for a confirmation and checks the state that comes back with it.",
                        call -> "state-ok: " + ask(call, "confirm", Questions.form("Please confirm", OK))),
                says(
                        "test_input_required_result_multiple_inputs",
                        "Asks the person, the model and the client at once.",
                        call -> call.ask(Map.of(
                                        "user_name", Questions.form("What is your name?", NAME),
                                        "greeting", Questions.sample("Generate a greeting", 50),
                                        "client_roots", new Question.Roots()))
                                .toString()),
                says("test_input_required_result_multi_round", "Asks two questions, one after the other.", call -> {
                    JsonNode name = ask(call, "step1", Questions.form("Step 1: What is your name?", NAME));
                    JsonNode color = ask(
                            call,
                            "step2",
                            Questions.form(
                                    "Step 2: What is your favorite color?", "{\"color\": {\"type\": \"string\"}}"));
                    return name.path("content") + " " + color.path("content");
                }),
                says(
                        "test_input_required_result_tampered_state",
                        "Asks for a confirmation; only an untouched state is taken back.",
                        call -> ask(call, "confirm", Questions.form("Please confirm", OK))
                                .toString()),
                says(
                        "test_input_required_result_capabilities",
                        "Asks only what this client can answer.",
                        InputTools::askable));
    }

    private static String askable(Call call) throws InterruptedException {
        Map<String, Question> questions = new LinkedHashMap<>();
        questions.put("user_name", Questions.form("What is your name?", NAME));
        questions.put("capital_question", Questions.sample("What is the capital of France?", 100));
        questions.values().removeIf(question -> !call.canAsk(question));
        return call.ask(questions).toString();
    }

    static JsonNode ask(Call call, String key, Question question) throws InterruptedException {
        return call.ask(Map.of(key, question)).get(key);
    }
}
