package dev.millwright.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.tool.Content;
import dev.millwright.tool.Prompt;
import dev.millwright.tool.Resources;
import java.util.List;
import java.util.Optional;

/** What an operation answers, before a protocol era gives it its wire form. */
public sealed interface Reply {
    /**
     * The answer of a tool.
     *
     * @param content what the model is shown; when empty, the structured content repeated as JSON text
     * @param meta goes into {@code _meta}, keys under {@code dev.millwright/}
     */
    record Answer(Optional<JsonNode> structured, List<Content> content, boolean error, ObjectNode meta)
            implements Reply {
        public Answer {
            content = List.copyOf(content);
        }
    }

    record Contents(List<Content.ResourceContent> contents) implements Reply {
        public Contents {
            contents = List.copyOf(contents);
        }
    }

    record Listing(Resources.Page page) implements Reply {}

    record Messages(List<Prompt.Message> messages) implements Reply {
        public Messages {
            messages = List.copyOf(messages);
        }
    }

    record Completions(List<String> values) implements Reply {
        public Completions {
            values = List.copyOf(values);
        }
    }
}
