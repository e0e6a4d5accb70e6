package dev.millwright.tool;

import java.util.List;
import java.util.Map;

/** A prompt that a person picks: text that leads a model through the tools. */
public interface Prompt {
    record Argument(String name, String description, boolean required) {}

    /** @param role {@code user} or {@code assistant} */
    record Message(String role, Content content) {}

    String name();

    String title();

    String description();

    List<Argument> arguments();

    List<Message> render(Map<String, String> arguments, Call call) throws Exception;

    /** Values for an argument that begin with what was typed, best first, at most 100. */
    default List<String> complete(String argument, String typed, Call call) throws Exception {
        return List.of();
    }

    /** What a caller must hold. */
    default List<String> scopes() {
        return List.of();
    }
}
