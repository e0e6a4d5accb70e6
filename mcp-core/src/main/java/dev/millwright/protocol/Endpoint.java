package dev.millwright.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.call.Chain;
import dev.millwright.call.Client;
import dev.millwright.call.Operation;
import dev.millwright.call.Reply;
import dev.millwright.call.ToolOperation;
import dev.millwright.call.Who;
import dev.millwright.json.Json;
import dev.millwright.json.Schema;
import dev.millwright.tool.Content;
import dev.millwright.tool.Prompt;
import dev.millwright.tool.Resources;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One address that clients talk to: the tools, resources and prompts of one server or of several, behind the chain.
 *
 * <p>Both protocol eras answer from here; neither knows the other. Lists come in a fixed order.
 */
public final class Endpoint {
    private final String name;
    private final String version;
    private final List<Offer> offers;
    private final Chain chain;
    private final Map<String, ToolOperation<?, ?>> tools = new LinkedHashMap<>();
    private final Map<String, Offer> prompts = new LinkedHashMap<>();
    private final Changes changes = new Changes();
    private final Watch watch = new Watch(changes, this::version);

    /** @throws IllegalArgumentException when two tools or two prompts share a name */
    public Endpoint(String name, String version, List<Offer> offers, Chain chain) {
        this.name = name;
        this.version = version;
        this.offers = List.copyOf(offers);
        this.chain = chain;
        for (Offer offer : offers) {
            for (Tool<?, ?> tool : offer.tools()) {
                if (tools.put(tool.spec().name(), new ToolOperation<>(offer.name(), tool)) != null) {
                    throw new IllegalArgumentException(
                            "two tools are named " + tool.spec().name());
                }
            }
            for (Prompt prompt : offer.prompts()) {
                if (prompts.put(prompt.name(), offer) != null) {
                    throw new IllegalArgumentException("two prompts are named " + prompt.name());
                }
            }
        }
    }

    public String name() {
        return name;
    }

    public String version() {
        return version;
    }

    public String instructions() {
        return String.join("\n\n", offers.stream().map(Offer::instructions).toList());
    }

    public boolean hasResources() {
        return offers.stream().anyMatch(offer -> offer.resources().isPresent());
    }

    public boolean hasPrompts() {
        return !prompts.isEmpty();
    }

    public Changes changes() {
        return changes;
    }

    /** Every tool, whoever asks. */
    public List<ToolOperation<?, ?>> allTools() {
        return List.copyOf(tools.values());
    }

    /** The tools this caller may call. */
    public List<ToolOperation<?, ?>> tools(Who who) {
        return tools.values().stream()
                .filter(tool -> permitted(who, tool.operation()))
                .toList();
    }

    /** The operation of a tool, for a transport that must know the scopes before it lets a call in. */
    public Optional<Operation> operation(String tool) {
        return Optional.ofNullable(tools.get(tool)).map(ToolOperation::operation);
    }

    public List<String> missingScopes(Who who, Operation operation) {
        return chain.permission().missingScopes(who, operation);
    }

    /**
     * Calls a tool; what goes wrong inside comes back as an answer with {@code error}.
     *
     * @throws ProtocolException when there is no such tool
     * @throws dev.millwright.call.NeedsInput when the client must answer something and repeat the call
     * @throws dev.millwright.tool.Unanswerable when the client lacks a capability the tool cannot do without
     */
    public Reply.Answer call(Who who, String tool, JsonNode arguments, Client client)
            throws ProtocolException, InterruptedException {
        ToolOperation<?, ?> operation = tools.get(tool);
        if (operation == null) {
            String hint = Schema.nearest(tool, tools.keySet())
                    .map(nearest -> "; did you mean " + nearest + "?")
                    .orElse("");
            throw new ProtocolException(ProtocolException.Reason.INVALID_PARAMS, "Unknown tool: " + clip(tool) + hint);
        }
        try {
            return (Reply.Answer) chain.handle(who, operation.operation(), arguments, client);
        } catch (ToolException e) {
            return failure(e);
        }
    }

    private static Reply.Answer failure(ToolException e) {
        ObjectNode meta = Json.object();
        meta.putObject("dev.millwright/error").put("kind", e.kind().name());
        Content text = new Content.Text(e.kind().name() + ": " + e.getMessage());
        return new Reply.Answer(Optional.empty(), List.of(text), true, meta);
    }

    public List<Prompt> prompts(Who who) {
        return offers.stream()
                .flatMap(offer -> offer.prompts().stream().filter(prompt -> permitted(who, rendering(offer, prompt))))
                .toList();
    }

    public List<Prompt.Message> prompt(Who who, String prompt, Map<String, String> arguments, Client client)
            throws ProtocolException, InterruptedException {
        Offer offer = prompts.get(prompt);
        if (offer == null) {
            throw new ProtocolException(ProtocolException.Reason.INVALID_PARAMS, "Unknown prompt: " + clip(prompt));
        }
        Prompt found = prompt(offer, prompt);
        for (Prompt.Argument argument : found.arguments()) {
            if (argument.required() && !arguments.containsKey(argument.name())) {
                throw new ProtocolException(
                        ProtocolException.Reason.INVALID_PARAMS,
                        "prompt %s needs the argument %s: %s"
                                .formatted(prompt, argument.name(), argument.description()));
            }
        }
        Operation operation = Operation.read(
                offer.name(), "prompts/get", found.scopes(), call -> new Reply.Messages(found.render(arguments, call)));
        return ((Reply.Messages) handle(who, operation, Json.tree(arguments), client)).messages();
    }

    private static Operation rendering(Offer offer, Prompt prompt) {
        return Operation.read(offer.name(), "prompts/get", prompt.scopes(), call -> new Reply.Messages(List.of()));
    }

    private static Prompt prompt(Offer offer, String name) {
        return offer.prompts().stream()
                .filter(prompt -> prompt.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    public List<Resources.Template> templates(Who who) {
        return offers.stream()
                .filter(offer -> offer.resources().isPresent() && permitted(who, listing(offer, Optional.empty())))
                .flatMap(offer -> offer.resources().get().templates().stream())
                .toList();
    }

    /** A page of the resources of all servers, one server after the other. */
    public Resources.Page resources(Who who, Optional<String> cursor, Client client)
            throws ProtocolException, InterruptedException {
        List<Offer> with = offers.stream()
                .filter(offer -> offer.resources().isPresent() && permitted(who, listing(offer, Optional.empty())))
                .toList();
        int index = 0;
        Optional<String> inner = Optional.empty();
        if (cursor.isPresent()) {
            int colon = cursor.get().indexOf(':');
            String server = colon < 0 ? "" : cursor.get().substring(0, colon);
            index = with.stream().map(Offer::name).toList().indexOf(server);
            inner = Optional.of(cursor.get().substring(colon + 1)).filter(rest -> !rest.isEmpty());
            if (index < 0) {
                throw new ProtocolException(
                        ProtocolException.Reason.INVALID_PARAMS,
                        "cursor is not one of ours; list again from the start");
            }
        }
        if (with.isEmpty()) {
            return new Resources.Page(List.of(), Optional.empty());
        }
        Offer offer = with.get(index);
        Resources.Page page = ((Reply.Listing) handle(who, listing(offer, inner), Json.object(), client)).page();
        Optional<String> next = page.cursor().map(rest -> offer.name() + ":" + rest);
        if (next.isEmpty() && index + 1 < with.size()) {
            next = Optional.of(with.get(index + 1).name() + ":");
        }
        return new Resources.Page(page.resources(), next);
    }

    private static Operation listing(Offer offer, Optional<String> cursor) {
        Resources resources = offer.resources().orElseThrow();
        return Operation.read(
                offer.name(),
                "resources/list",
                resources.scopes(),
                call -> new Reply.Listing(resources.list(cursor, call)));
    }

    /** Whether this caller may read resources like this one; not whether there is such a resource. */
    public boolean mayRead(Who who, String uri) {
        return offers.stream()
                .filter(offer -> offer.resources()
                        .filter(resources -> uri.startsWith(resources.scheme() + ":"))
                        .isPresent())
                .anyMatch(offer -> permitted(who, listing(offer, Optional.empty())));
    }

    /** To be called after a client subscribed to resources: changes from now on are announced to it. */
    public void watch() {
        watch.begin();
    }

    private Optional<String> version(Changes.Watched watched) {
        return offers.stream()
                .flatMap(offer -> offer.resources().stream())
                .filter(resources -> watched.uri().startsWith(resources.scheme() + ":"))
                .findFirst()
                .flatMap(resources -> resources.version(watched.uri(), watched.tenant()));
    }

    public List<Content.ResourceContent> read(Who who, String uri, Client client)
            throws ProtocolException, InterruptedException {
        Offer offer = offers.stream()
                .filter(each -> each.resources()
                        .filter(resources -> uri.startsWith(resources.scheme() + ":"))
                        .isPresent())
                .findFirst()
                .orElseThrow(() -> missing(uri));
        Resources resources = offer.resources().orElseThrow();
        Operation operation = Operation.read(
                offer.name(),
                "resources/read",
                resources.scopes(),
                call -> new Reply.Contents(resources.read(uri, call)));
        try {
            return ((Reply.Contents) chain.handle(who, operation, Json.object().put("uri", uri), client)).contents();
        } catch (ToolException e) {
            throw e.kind() == ToolException.Kind.NOT_FOUND ? missing(uri) : refused(e);
        }
    }

    /** Completes a variable of a resource template. */
    public List<String> completeTemplate(Who who, String template, String variable, String typed, Client client)
            throws ProtocolException, InterruptedException {
        for (Offer offer : offers) {
            Optional<Resources> resources = offer.resources();
            if (resources.isPresent()
                    && resources.get().templates().stream()
                            .anyMatch(known -> known.uriTemplate().equals(template))) {
                Operation operation = Operation.read(
                        offer.name(),
                        "completion/complete",
                        resources.get().scopes(),
                        call -> new Reply.Completions(resources.get().complete(template, variable, typed, call)));
                return completions(handle(who, operation, Json.object(), client));
            }
        }
        throw new ProtocolException(
                ProtocolException.Reason.INVALID_PARAMS, "Unknown resource template: " + clip(template));
    }

    /** Completes an argument of a prompt. */
    public List<String> completePrompt(Who who, String prompt, String argument, String typed, Client client)
            throws ProtocolException, InterruptedException {
        Offer offer = prompts.get(prompt);
        if (offer == null) {
            throw new ProtocolException(ProtocolException.Reason.INVALID_PARAMS, "Unknown prompt: " + clip(prompt));
        }
        Prompt found = prompt(offer, prompt);
        Operation operation = Operation.read(
                offer.name(),
                "completion/complete",
                found.scopes(),
                call -> new Reply.Completions(found.complete(argument, typed, call)));
        return completions(handle(who, operation, Json.object(), client));
    }

    private static List<String> completions(Reply reply) {
        return ((Reply.Completions) reply).values();
    }

    private Reply handle(Who who, Operation operation, JsonNode arguments, Client client)
            throws ProtocolException, InterruptedException {
        try {
            return chain.handle(who, operation, arguments, client);
        } catch (ToolException e) {
            throw refused(e);
        }
    }

    private boolean permitted(Who who, Operation operation) {
        return chain.permission().refusal(who, operation).isEmpty();
    }

    private static ProtocolException refused(ToolException e) {
        ProtocolException.Reason reason = switch (e.kind()) {
            case INVALID_INPUT, NOT_FOUND, CONFLICT -> ProtocolException.Reason.INVALID_PARAMS;
            case DENIED, LIMIT, UNAVAILABLE -> ProtocolException.Reason.REFUSED;
            case INTERNAL -> ProtocolException.Reason.INTERNAL;
        };
        return new ProtocolException(reason, e.kind().name() + ": " + e.getMessage());
    }

    private static ProtocolException missing(String uri) {
        return new ProtocolException(
                ProtocolException.Reason.RESOURCE_NOT_FOUND, "Resource not found: " + clip(uri), Optional.of(uri));
    }

    private static String clip(String text) {
        return text.length() <= 200 ? text : text.substring(0, 200) + "...";
    }
}
