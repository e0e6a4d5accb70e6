package dev.millwright.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;

/**
 * One tool: a final class with nested {@code Input} and {@code Output} records, one {@code SPEC}, one {@code call}.
 *
 * <p>An {@code Output} that implements {@link HasContent} adds content a model reads better than JSON; an {@code Input}
 * that implements {@link Budgeted}, {@link Timed} or {@link Targeted} lets a caller choose how long the answer may be,
 * how long the call may take, or which system it is for.
 */
public interface Tool<I extends Record, O extends Record> {
    ToolSpec<I, O> spec();

    /** What this input does, where a mode makes it more or less than {@link ToolSpec#effect()} says. */
    default Effect effectOf(I input) {
        return spec().effect();
    }

    /** What a person is asked to confirm when {@link #effectOf} says {@link Effect#DESTROYS}: one sentence. */
    default String confirmation(I input) {
        return "Run " + spec().name() + "?";
    }

    /**
     * Further JSON Schema keywords at the root of the input, for what a record cannot say, as in {@code anyOf}: a model
     * reads them, the tool's own input record refuses what breaks them.
     */
    default ObjectNode inputKeywords() {
        return Json.object();
    }

    /**
     * Does the work on the calling thread, which is interrupted at the deadline and on cancellation.
     *
     * @throws ToolException when it is known why the call cannot be answered
     */
    O call(I input, Call call) throws Exception;
}
