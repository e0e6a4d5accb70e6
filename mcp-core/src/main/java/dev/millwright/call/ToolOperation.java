package dev.millwright.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.tool.Budgeted;
import dev.millwright.tool.Call;
import dev.millwright.tool.Content;
import dev.millwright.tool.Effect;
import dev.millwright.tool.HasContent;
import dev.millwright.tool.Targeted;
import dev.millwright.tool.Timed;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A tool as the chain and the protocols see it: its published face and its operation, both made when first needed. */
public final class ToolOperation<I extends Record, O extends Record> {
    private final Tool<I, O> tool;
    private final Operation operation;
    private volatile Optional<Schema<I>> input = Optional.empty();
    private volatile Optional<ObjectNode> face = Optional.empty();

    public ToolOperation(String server, Tool<I, O> tool) {
        ToolSpec<I, O> spec = tool.spec();
        if (spec.description().isBlank()) {
            throw new IllegalArgumentException("tool " + spec.name() + " has no description");
        }
        this.tool = tool;
        this.operation = new Operation(
                server,
                spec.name(),
                true,
                spec.effect(),
                spec.confirmable(),
                spec.scopes(),
                spec.more(),
                spec.deadline(),
                this::bind);
    }

    public String name() {
        return tool.spec().name();
    }

    public Operation operation() {
        return operation;
    }

    /** The tool as {@code tools/list} shows it; the caller must not change it. */
    public ObjectNode face() {
        if (face.isEmpty()) {
            face = Optional.of(newFace());
        }
        return face.orElseThrow();
    }

    private Schema<I> input() {
        if (input.isEmpty()) {
            input = Optional.of(Schema.of(tool.spec().input()));
        }
        return input.orElseThrow();
    }

    private ObjectNode newFace() {
        ToolSpec<I, O> spec = tool.spec();
        ObjectNode json = Json.object();
        json.put("name", spec.name());
        json.put("description", spec.description());
        ObjectNode inputSchema = input().json();
        if (spec.confirmable()) {
            ((ObjectNode) inputSchema.path("properties"))
                    .putObject(Attempt.PLAN)
                    .put("type", "string")
                    .put("description", "Token of the refusal, once a person agreed.");
        }
        json.set("inputSchema", inputSchema.setAll(tool.inputKeywords()));
        json.set("outputSchema", Schema.of(spec.output()).openJson());
        ObjectNode annotations = json.putObject("annotations")
                .put("title", spec.title())
                .put("readOnlyHint", spec.most() == Effect.READS)
                .put("destructiveHint", spec.most() == Effect.CHANGES || spec.most() == Effect.DESTROYS);
        if (spec.repeatable() && spec.most() != Effect.READS) { // else it says nothing
            annotations.put("idempotentHint", true);
        }
        annotations.put("openWorldHint", spec.outward());
        return json;
    }

    private Operation.Work bind(JsonNode arguments) {
        I bound = input().bind(arguments);
        return new Operation.Work() {
            @Override
            public Effect effect() {
                Effect effect = tool.effectOf(bound);
                ToolSpec<I, O> spec = tool.spec();
                if (effect.compareTo(spec.most()) > 0 && !(spec.confirmable() && effect == Effect.DESTROYS)) {
                    throw new IllegalStateException(spec.name() + " " + effect + " and declares " + spec.most());
                }
                return effect;
            }

            @Override
            public String confirmation() {
                return tool.confirmation(bound);
            }

            @Override
            public OptionalInt budget() {
                return bound instanceof Budgeted budgeted ? budgeted.maxTokens() : OptionalInt.empty();
            }

            @Override
            public Optional<Duration> timeout() {
                return bound instanceof Timed timed ? timed.timeout() : Optional.empty();
            }

            @Override
            public Optional<String> system() {
                return bound instanceof Targeted targeted ? targeted.system() : Optional.empty();
            }

            @Override
            public Reply perform(Call call) throws Exception {
                O output = tool.call(bound, call);
                List<Content> content = output instanceof HasContent has ? has.content() : List.of();
                return new Reply.Answer(Optional.of(Json.tree(output)), content, false, Json.object());
            }
        };
    }
}
