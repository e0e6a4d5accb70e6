package dev.millwright.testing.conformance;

import dev.millwright.tool.Call;
import dev.millwright.tool.Content;
import dev.millwright.tool.Content.ResourceContent;
import dev.millwright.tool.Prompt;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Scenarios {@code prompts-*} and {@code completion-complete}. */
record TestPrompt(String name, String description, List<Argument> arguments, Text text) implements Prompt {
    /** What a prompt says. */
    interface Text {
        List<Content> of(Map<String, String> arguments, Call call) throws Exception;
    }

    static List<Prompt> all() {
        return List.of(
                prompt(
                        "test_simple_prompt",
                        (_, _) -> List.of(new Content.Text("This is a simple prompt for testing."))),
                prompt(
                        "test_prompt_with_arguments",
                        (given, _) -> List.of(new Content.Text("Prompt with arguments: arg1='%s', arg2='%s'"
                                .formatted(given.get("arg1"), given.get("arg2")))),
                        "arg1",
                        "arg2"),
                prompt(
                        "test_prompt_with_embedded_resource",
                        (given, _) -> List.of(
                                new Content.Embedded(ResourceContent.text(
                                        given.getOrDefault("resourceUri", ""),
                                        "text/plain",
                                        "Embedded resource content for testing.")),
                                new Content.Text("Please process the embedded resource above.")),
                        "resourceUri"),
                prompt(
                        "test_prompt_with_image",
                        (_, _) -> List.of(
                                new Content.Image(Media.png(), "image/png"),
                                new Content.Text("Please analyze the image above."))),
                prompt(
                        "test_input_required_result_prompt",
                        (_, call) -> List.of(new Content.Text("Context: "
                                + InputTools.ask(
                                                call,
                                                "user_context",
                                                Questions.form(
                                                        "What context should the prompt use?",
                                                        "{\"context\": {\"type\": \"string\"}}"))
                                        .path("content")
                                        .path("context")
                                        .asText()))));
    }

    private static Prompt prompt(String name, Text text, String... arguments) {
        return new TestPrompt(
                name,
                "Prompt %s of the conformance suite.".formatted(name),
                Arrays.stream(arguments)
                        .map(argument -> new Argument(argument, "Argument " + argument + ".", true))
                        .toList(),
                text);
    }

    @Override
    public String title() {
        return name;
    }

    @Override
    public List<Message> render(Map<String, String> given, Call call) throws Exception {
        return text.of(given, call).stream()
                .map(content -> new Message("user", content))
                .toList();
    }

    @Override
    public List<String> complete(String argument, String typed, Call call) {
        return List.of("paris", "park", "party").stream()
                .filter(value -> value.startsWith(typed))
                .toList();
    }
}
