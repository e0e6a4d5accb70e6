package dev.millwright.testing.conformance;

import dev.millwright.tool.Call;
import dev.millwright.tool.Content;
import dev.millwright.tool.HasContent;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.util.List;

/** A tool as the suite describes it: what it is called, and what it does in a few words of code. */
record Fixture<I extends Record, O extends Record>(ToolSpec<I, O> spec, Body<I, O> body) implements Tool<I, O> {
    /** No arguments. */
    record Nothing() {}

    /** An answer that is one text. */
    record Said(String text) implements HasContent {
        @Override
        public List<Content> content() {
            return List.of(new Content.Text(text));
        }
    }

    /** What the tool does. */
    interface Body<I, O> {
        O call(I input, Call call) throws Exception;
    }

    /** What a tool without arguments says. */
    interface Speech {
        String say(Call call) throws Exception;
    }

    static Fixture<Nothing, Said> says(String name, String description, Speech speech) {
        return tool(name, description, Nothing.class, Said.class, (_, call) -> new Said(speech.say(call)));
    }

    static <I extends Record, O extends Record> Fixture<I, O> tool(
            String name, String description, Class<I> input, Class<O> output, Body<I, O> body) {
        return new Fixture<>(ToolSpec.reads(name, input, output).description(description), body);
    }

    @Override
    public O call(I input, Call call) throws Exception {
        return body.call(input, call);
    }
}
