package dev.millwright.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Redactor;
import dev.millwright.tool.Content;
import dev.millwright.tool.Prompt;
import dev.millwright.tool.ToolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes secrets out of what goes to the model, and holds the answer of a tool to its budget. */
record Redact(Redactor redactor) implements Step {
    /** Key of the answer's {@code _meta} that tells how many secrets were replaced. */
    private static final String REDACTED = "dev.millwright/redacted";

    @Override
    public Reply pass(Attempt attempt, Next next) throws Exception {
        return switch (answered(next)) {
            case Reply.Answer answer -> Fit.within(attempt.budget(), redact(answer));
            case Reply.Contents contents ->
                new Reply.Contents(
                        contents.contents().stream().map(this::redact).toList());
            case Reply.Messages messages ->
                new Reply.Messages(messages.messages().stream()
                        .map(message -> new Prompt.Message(message.role(), redact(message.content())))
                        .toList());
            case Reply.Listing listing -> listing;
            case Reply.Completions completions -> completions;
        };
    }

    /** An error may quote what it failed at. */
    private Reply answered(Next next) throws Exception {
        try {
            return next.go();
        } catch (ToolException e) {
            String message = redactor.redact(e.getMessage()).value();
            throw message.equals(e.getMessage()) ? e : e.saying(message);
        }
    }

    private Reply.Answer redact(Reply.Answer answer) {
        Optional<JsonNode> structured =
                answer.structured().map(tree -> redactor.redact(tree).value());
        List<Content> content = new ArrayList<>();
        answer.content().forEach(part -> content.add(redact(part)));
        ObjectNode meta = answer.meta();
        if (!structured.equals(answer.structured()) || !content.equals(answer.content())) {
            meta = meta.deepCopy().put(REDACTED, true);
        }
        return new Reply.Answer(structured, content, answer.error(), meta);
    }

    private Content redact(Content content) {
        return switch (content) {
            case Content.Text text ->
                new Content.Text(redactor.redact(text.text()).value());
            case Content.Embedded embedded -> new Content.Embedded(redact(embedded.resource()));
            case Content.Image image -> image;
            case Content.Audio audio -> audio;
            case Content.Link link -> link;
        };
    }

    private Content.ResourceContent redact(Content.ResourceContent resource) {
        return new Content.ResourceContent(
                resource.uri(),
                resource.mimeType(),
                resource.text().map(text -> redactor.redact(text).value()),
                resource.blob());
    }
}
