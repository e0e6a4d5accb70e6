package dev.millwright.testing.conformance;

import static dev.millwright.testing.conformance.Fixture.says;
import static dev.millwright.testing.conformance.Fixture.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millwright.json.Doc;
import dev.millwright.protocol.Changes;
import dev.millwright.testing.conformance.Fixture.Said;
import dev.millwright.tool.Call;
import dev.millwright.tool.Question;
import dev.millwright.tool.Tool;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Tools that talk to the client while they run: progress, logs, sampling, elicitation, announcements of change. */
final class TalkingTools {
    private static final String KEY = "answer";

    private static final String PERSON = """
            {"username": {"type": "string", "description": "User's response"},
             "email": {"type": "string", "description": "User's email address"}}""";

    private static final String DEFAULTS = """
            {"name": {"type": "string", "default": "John Doe"},
             "age": {"type": "integer", "default": 30},
             "score": {"type": "number", "default": 95.5},
             "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
             "verified": {"type": "boolean", "default": true}}""";

    private static final String ENUMS = """
            {"untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
             "titledSingle": {"type": "string", "oneOf": [
               {"const": "value1", "title": "First Option"},
               {"const": "value2", "title": "Second Option"},
               {"const": "value3", "title": "Third Option"}]},
             "legacyEnum": {"type": "string", "enum": ["opt1", "opt2", "opt3"],
               "enumNames": ["Option One", "Option Two", "Option Three"]},
             "untitledMulti": {"type": "array",
               "items": {"type": "string", "enum": ["option1", "option2", "option3"]}},
             "titledMulti": {"type": "array", "items": {"anyOf": [
               {"const": "value1", "title": "First Choice"},
               {"const": "value2", "title": "Second Choice"},
               {"const": "value3", "title": "Third Choice"}]}}}""";

    private TalkingTools() {}

    record Prompted(@Doc("The prompt to send to the LLM.") String prompt) {}

    record Asked(@Doc("The message to show the user.") String message) {}

    static List<Tool<?, ?>> all(Consumer<Changes.Change> announce) {
        return List.of(
                says("test_tool_with_progress", "Reports 0, 50 and 100 of 100.", TalkingTools::progress),
                says("test_tool_with_logging", "Logs three messages at level info.", TalkingTools::logging),
                says("test_logging_tool", "Logs one message at level info.", call -> {
                    call.log("info", "Logged for whoever asked for logs");
                    return "Logged.";
                }),
                tool(
                        "test_sampling",
                        "Has the client's model answer a prompt.",
                        Prompted.class,
                        Said.class,
                        (input, call) -> new Said("LLM response: "
                                + ask(call, Questions.sample(input.prompt(), 100))
                                        .path("content")
                                        .path("text")
                                        .asText())),
                tool(
                        "test_elicitation",
                        "Asks the person for a name and an address.",
                        Asked.class,
                        Said.class,
                        (input, call) -> new Said(
                                "User response: " + outcome(ask(call, Questions.form(input.message(), PERSON))))),
                says(
                        "test_elicitation_sep1034_defaults",
                        "Shows a form with a default for each type.",
                        call -> "Elicitation completed: " + outcome(ask(call, Questions.form("Defaults", DEFAULTS)))),
                says(
                        "test_elicitation_sep1330_enums",
                        "Shows a form with each kind of choice.",
                        call -> "Elicitation completed: " + outcome(ask(call, Questions.form("Choices", ENUMS)))),
                says(
                        "test_missing_capability",
                        "Cannot do without sampling.",
                        call -> ask(call, Questions.sample("Anything", 10)).toString()),
                says("test_streaming_elicitation", "Reports progress, then asks the person.", call -> {
                    call.progress(1, 2, "about to ask");
                    return outcome(ask(call, Questions.form("Go on?", "{\"ok\": {\"type\": \"boolean\"}}")));
                }),
                says("test_trigger_tool_change", "Announces that the list of tools changed.", _ -> {
                    announce.accept(new Changes.Change.Tools());
                    return "Announced.";
                }),
                says("test_trigger_prompt_change", "Announces that the list of prompts changed.", _ -> {
                    announce.accept(new Changes.Change.Prompts());
                    return "Announced.";
                }));
    }

    private static String progress(Call call) throws InterruptedException {
        for (int done = 0; done <= 100; done += 50) {
            call.progress(done, 100, "step " + done / 50);
            Thread.sleep(50);
        }
        return "Progress reported.";
    }

    private static String logging(Call call) throws InterruptedException {
        call.log("info", "Tool execution started");
        Thread.sleep(50);
        call.log("info", "Tool processing data");
        Thread.sleep(50);
        call.log("info", "Tool execution completed");
        return "Logging done.";
    }

    private static JsonNode ask(Call call, Question question) throws InterruptedException {
        return call.ask(Map.of(KEY, question)).get(KEY);
    }

    private static String outcome(JsonNode answer) {
        return "action=%s, content=%s".formatted(answer.path("action").asText(), answer.path("content"));
    }
}
