package dev.millwright.testing.conformance;

import static dev.millwright.testing.conformance.Fixture.says;
import static dev.millwright.testing.conformance.Fixture.tool;

import dev.millwright.testing.conformance.Fixture.Nothing;
import dev.millwright.tool.Content;
import dev.millwright.tool.Content.ResourceContent;
import dev.millwright.tool.HasContent;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import java.util.List;

/** Scenarios {@code tools-call-*}: each kind of content, and an error. */
final class ContentTools {
    private ContentTools() {}

    record Picture(String mimeType) implements HasContent {
        @Override
        public List<Content> content() {
            return List.of(new Content.Image(Media.png(), mimeType));
        }
    }

    record Sound(String mimeType) implements HasContent {
        @Override
        public List<Content> content() {
            return List.of(new Content.Audio(Media.wav(), mimeType));
        }
    }

    record Embedding(String uri) implements HasContent {
        @Override
        public List<Content> content() {
            return List.of(new Content.Embedded(
                    ResourceContent.text(uri, "text/plain", "This is an embedded resource content.")));
        }
    }

    record Mixture(String uri) implements HasContent {
        @Override
        public List<Content> content() {
            return List.of(
                    new Content.Text("Multiple content types test:"),
                    new Content.Image(Media.png(), "image/png"),
                    new Content.Embedded(
                            ResourceContent.text(uri, "application/json", "{\"test\":\"data\",\"value\":123}")));
        }
    }

    static List<Tool<?, ?>> all() {
        return List.of(
                says("test_simple_text", "Says a fixed sentence.", _ -> "This is a simple text response for testing."),
                tool(
                        "test_image_content",
                        "Shows one red pixel.",
                        Nothing.class,
                        Picture.class,
                        (_, _) -> new Picture("image/png")),
                tool(
                        "test_audio_content",
                        "Plays half a millisecond of silence.",
                        Nothing.class,
                        Sound.class,
                        (_, _) -> new Sound("audio/wav")),
                tool(
                        "test_embedded_resource",
                        "Embeds a text resource.",
                        Nothing.class,
                        Embedding.class,
                        (_, _) -> new Embedding("test://embedded-resource")),
                tool(
                        "test_multiple_content_types",
                        "Answers with a text, a picture and a resource.",
                        Nothing.class,
                        Mixture.class,
                        (_, _) -> new Mixture("test://mixed-content-resource")),
                says("test_error_handling", "Always fails.", _ -> {
                    throw ToolException.conflict("This tool intentionally returns an error for testing");
                }));
    }
}
