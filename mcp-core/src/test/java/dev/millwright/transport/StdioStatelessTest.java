package dev.millwright.transport;

import static dev.millwright.transport.Peer.notification;
import static dev.millwright.transport.Peer.parse;
import static dev.millwright.transport.Peer.request;
import static dev.millwright.transport.Peer.stateless;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.protocol.Changes.Change;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stateless era over standard streams. */
class StdioStatelessTest {
    private static final String ELICITATION = "{'elicitation': {}}";

    @TempDir
    private Path data;

    private Workbench workbench;
    private Peer peer;

    @BeforeEach
    void start() throws IOException {
        workbench = new Workbench(data, Set.of("hidden"));
        peer = new Peer(workbench);
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        workbench.released.countDown();
        peer.close();
        assertThat(peer.ended(Duration.ofSeconds(5))).isTrue();
        workbench.close();
    }

    private static ObjectNode call(Object id, String tool, String capabilities) {
        return stateless(id, "tools/call", "{'name': '%s', 'arguments': {}}".formatted(tool), capabilities);
    }

    /** The same call again, with answers to the questions of the last round. */
    private static ObjectNode again(ObjectNode call, JsonNode round, String responses) {
        ObjectNode again = call.deepCopy();
        again.put("id", call.path("id").asInt() + 100);
        ObjectNode params = again.withObject("/params");
        params.set("inputResponses", parse(responses));
        params.set("requestState", round.at("/result/requestState"));
        return again;
    }

    private static String accept(String key, String content) {
        return "{'%s': {'action': 'accept', 'content': %s}}".formatted(key, content);
    }

    private static int code(JsonNode answer) {
        return answer.at("/error/code").asInt();
    }

    private static String text(JsonNode answer) {
        return answer.at("/result/content/0/text").asText();
    }

    @Test
    void saysWhatItSpeaksAndOffers() {
        JsonNode result = peer.ask(stateless(1, "server/discover", "{}", "{}")).path("result");

        assertThat(result.path("resultType").asText()).isEqualTo("complete");
        assertThat(result.at("/supportedVersions/0").asText()).isEqualTo("2026-07-28");
        assertThat(result.at("/capabilities/tools/listChanged").asBoolean()).isTrue();
        assertThat(result.path("instructions").asText()).isEqualTo("Say something.");
        assertThat(result.path("ttlMs").isIntegralNumber()).isTrue();
        assertThat(result.path("cacheScope").asText()).isEqualTo("public");
        assertThat(result.at("/_meta/io.modelcontextprotocol~1serverInfo/name").asText())
                .isEqualTo("workbench");
    }

    @Test
    void asksForTheMetaThatIsMissing() {
        assertThat(code(peer.ask(request(1, "server/discover", "{}")))).isEqualTo(-32602);
        ObjectNode bare = stateless(2, "tools/list", "{}", "{}");
        bare.withObject("/params/_meta").remove("io.modelcontextprotocol/clientCapabilities");
        assertThat(code(peer.ask(bare))).isEqualTo(-32602);
    }

    @Test
    void namesTheVersionsItSupports() {
        ObjectNode other = stateless(1, "tools/list", "{}", "{}");
        other.withObject("/params/_meta").put("io.modelcontextprotocol/protocolVersion", "2099-01-01");

        JsonNode error = peer.ask(other).path("error");

        assertThat(error.path("code").asInt()).isEqualTo(-32022);
        assertThat(error.at("/data/supported/0").asText()).isEqualTo("2026-07-28");
        assertThat(error.at("/data/requested").asText()).isEqualTo("2099-01-01");
    }

    @ParameterizedTest
    @ValueSource(strings = {"initialize", "ping", "logging/setLevel", "resources/subscribe", "tasks/get", "x"})
    void doesNotKnowWhatThisEraDoesNotHave(String method) {
        assertThat(code(peer.ask(stateless(1, method, "{}", "{}")))).isEqualTo(-32601);
    }

    @Test
    void listsToolsForThisCallerInOrder() {
        JsonNode result = peer.ask(stateless(1, "tools/list", "{}", "{}")).path("result");

        assertThat(result.path("tools")
                        .valueStream()
                        .map(tool -> tool.path("name").asText()))
                .startsWith("echo", "wait", "report")
                .doesNotContain("hidden");
        assertThat(result.path("cacheScope").asText()).isEqualTo("private");
        assertThat(result.path("ttlMs").asInt()).isPositive();
        assertThat(code(peer.ask(stateless(2, "tools/list", "{'cursor': ''}", "{}"))))
                .isEqualTo(-32602);
    }

    @Test
    void answersACall() {
        JsonNode result = peer.ask(stateless("a", "tools/call", "{'name': 'echo', 'arguments': {'text': 'hi'}}", "{}"))
                .path("result");

        assertThat(result.path("resultType").asText()).isEqualTo("complete");
        assertThat(result.at("/structuredContent/said").asText()).isEqualTo("hi");
        assertThat(result.has("ttlMs")).isFalse();
    }

    @Test
    void tellsErrorsOfTheProtocolFromErrorsOfATool() {
        assertThat(code(peer.ask(call(1, "no_such", "{}")))).isEqualTo(-32602);
        assertThat(peer.ask(stateless(2, "tools/call", "{'name': 'echo', 'arguments': {'x': 1}}", "{}"))
                        .at("/result/isError")
                        .asBoolean())
                .isTrue();
        assertThat(peer.ask(call(3, "hidden", "{}")).at("/result/isError").asBoolean())
                .isTrue();
        JsonNode missing = peer.ask(stateless(4, "resources/read", "{'uri': 'note:9'}", "{}"));
        assertThat(code(missing)).isEqualTo(-32602);
        assertThat(missing.at("/error/data/uri").asText()).isEqualTo("note:9");
        assertThat(code(peer.ask(stateless(5, "tools/call", "{'name': 5}", "{}"))))
                .isEqualTo(-32602);
        assertThat(peer.ask(call(6, "fail", "{}")).toString()).doesNotContain("inner secret");
    }

    @Test
    void sendsProgressAndLogsOnlyToWhoeverAskedForThem() {
        assertThat(peer.ask(call(1, "report", "{}")).path("id").asInt()).isEqualTo(1);

        ObjectNode curious = call(2, "report", "{}");
        curious.withObject("/params/_meta").put("progressToken", 9).put("io.modelcontextprotocol/logLevel", "warning");
        peer.send(curious);

        assertThat(peer.next().at("/params/progress").asDouble()).isEqualTo(1);
        assertThat(peer.next().at("/params/progress").asDouble()).isEqualTo(3);
        assertThat(peer.next().at("/params/level").asText()).isEqualTo("error");
        assertThat(peer.next().path("id").asInt()).isEqualTo(2);
    }

    @Test
    void refusesALogLevelThereIsNot() {
        ObjectNode loud = call(1, "echo", "{}");
        loud.withObject("/params/_meta").put("io.modelcontextprotocol/logLevel", "loud");

        assertThat(code(peer.ask(loud))).isEqualTo(-32602);
    }

    @Test
    void gathersAnswersOverSeveralRounds() {
        ObjectNode call = call(1, "ask_twice", ELICITATION);

        JsonNode first = peer.ask(call);
        assertThat(first.at("/result/resultType").asText()).isEqualTo("input_required");
        assertThat(first.at("/result/inputRequests/first/method").asText()).isEqualTo("elicitation/create");
        assertThat(first.at("/result").has("ttlMs")).isFalse();
        JsonNode second = peer.ask(again(call, first, accept("first", "{'name': 'a'}")));
        assertThat(second.at("/result/inputRequests").has("first")).isFalse();
        JsonNode last = peer.ask(again(call, second, accept("second", "{'name': 'b'}")));

        assertThat(last.at("/result/resultType").asText()).isEqualTo("complete");
        assertThat(last.at("/result/structuredContent/said").asText()).isEqualTo("a b");
    }

    @Test
    void asksAgainForAnswersThatAreMissing() {
        ObjectNode call = call(1, "ask_twice", ELICITATION);
        JsonNode first = peer.ask(call);

        JsonNode again = peer.ask(again(call, first, accept("other", "{'name': 'a'}")));

        assertThat(again.at("/result/inputRequests").has("first")).isTrue();
        assertThat(peer.ask(again(call, again, accept("first", "{'name': 'a'}")))
                        .at("/result/inputRequests")
                        .has("second"))
                .isTrue();
    }

    @Test
    void takesNoAnswersToQuestionsItHasNotAsked() {
        ObjectNode eager = call(1, "destroy", ELICITATION);
        eager.withObject("/params").set("inputResponses", parse(accept("confirm", "{'confirm': true}")));

        assertThat(peer.ask(eager).at("/result/resultType").asText()).isEqualTo("input_required");
        assertThat(workbench.destroyed).hasValue(0);
    }

    @Test
    void refusesAStateThatWasTamperedWithOrBelongsToAnotherCall() {
        ObjectNode call = call(1, "ask_twice", ELICITATION);
        JsonNode first = peer.ask(call);
        String state = first.at("/result/requestState").asText();
        char last = state.charAt(state.length() - 5);

        ObjectNode tampered = again(call, first, accept("first", "{'name': 'a'}"));
        tampered.withObject("/params")
                .put(
                        "requestState",
                        state.substring(0, state.length() - 5)
                                + (last == 'A' ? 'B' : 'A')
                                + state.substring(state.length() - 4));
        assertThat(code(peer.ask(tampered))).isEqualTo(-32602);

        ObjectNode other = again(call, first, accept("first", "{'name': 'a'}"));
        other.withObject("/params/arguments").put("text", "other");
        assertThat(code(peer.ask(other))).isEqualTo(-32602);

        ObjectNode made = again(call, first, accept("first", "{'name': 'a'}"));
        made.withObject("/params").put("requestState", "AAAA");
        assertThat(code(peer.ask(made))).isEqualTo(-32602);
    }

    @Test
    void destroysOnceForOneConsent() {
        ObjectNode call = call(1, "destroy", ELICITATION);
        JsonNode question = peer.ask(call);
        ObjectNode consent = again(call, question, accept("confirm", "{'confirm': true}"));

        assertThat(text(peer.ask(consent))).contains("destroyed 1");
        assertThat(peer.ask(consent).at("/result/resultType").asText()).isEqualTo("input_required");
        assertThat(workbench.destroyed).hasValue(1);
    }

    @Test
    void destroysNothingThePersonDeclined() {
        ObjectNode call = call(1, "destroy", ELICITATION);
        JsonNode question = peer.ask(call);

        JsonNode declined = peer.ask(again(call, question, "{'confirm': {'action': 'decline'}}"));

        assertThat(text(declined)).startsWith("DENIED").contains("\"plan\"");
        assertThat(workbench.destroyed).hasValue(0);
    }

    @Test
    void letsAPlanTokenThroughOnceWhereNobodyCanBeAsked() {
        Matcher token = Pattern.compile("\"plan\": \"([^\"]+)\"").matcher(text(peer.ask(call(1, "destroy", "{}"))));
        assertThat(token.find()).isTrue();
        String params = "{'name': 'destroy', 'arguments': {'plan': '%s'}}".formatted(token.group(1));

        assertThat(text(peer.ask(stateless(2, "tools/call", params, "{}")))).contains("destroyed 1");
        assertThat(text(peer.ask(stateless(3, "tools/call", params, "{}")))).startsWith("CONFLICT");
    }

    @Test
    void namesTheCapabilityItCannotDoWithout() {
        JsonNode error = peer.ask(call(1, "sample", "{}")).path("error");

        assertThat(error.path("code").asInt()).isEqualTo(-32021);
        assertThat(error.at("/data/requiredCapabilities/sampling").isObject()).isTrue();
    }

    @Test
    void infersNothingFromEarlierRequests() {
        peer.ask(call(1, "ask_twice", ELICITATION));

        assertThat(code(peer.ask(call(2, "ask_twice", "{}")))).isEqualTo(-32021);
        assertThat(code(peer.ask(call(3, "ask_twice", "{'elicitation': {'url': {}}}"))))
                .isEqualTo(-32021);
    }

    @Test
    void stopsACancelledCallAndNeverAnswersIt() throws InterruptedException {
        peer.send(call("w", "wait", "{}"));
        workbench.waiting.await();

        peer.send(notification("notifications/cancelled", "{'requestId': 'w'}"));

        assertThat(workbench.interrupted.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(peer.silent()).isTrue();
    }

    @Test
    void deliversTheChangesListenedToUntilCancelled() throws InterruptedException {
        peer.send(stateless(
                5,
                "subscriptions/listen",
                "{'notifications': {'toolsListChanged': true, 'resourceSubscriptions': ['note:1', 'other:1']}}",
                "{}"));
        JsonNode acknowledged = peer.next();
        assertThat(acknowledged.path("method").asText()).isEqualTo("notifications/subscriptions/acknowledged");
        assertThat(acknowledged.at("/params/notifications"))
                .isEqualTo(parse("{'toolsListChanged': true, 'resourceSubscriptions': ['note:1']}"));
        String id = "/params/_meta/io.modelcontextprotocol~1subscriptionId";
        assertThat(acknowledged.at(id).asInt()).isEqualTo(5);

        workbench.endpoint.changes().announce(new Change.Prompts());
        workbench.endpoint.changes().announce(new Change.Resource("note:2"));
        workbench.endpoint.changes().announce(new Change.Tools());
        JsonNode changed = peer.next();
        assertThat(changed.path("method").asText()).isEqualTo("notifications/tools/list_changed");
        assertThat(changed.at(id).asInt()).isEqualTo(5);
        workbench.endpoint.changes().announce(new Change.Resource("note:1"));
        assertThat(peer.next().at("/params/uri").asText()).isEqualTo("note:1");

        peer.send(notification("notifications/cancelled", "{'requestId': 5}"));
        peer.ask(call(6, "echo", "{}"));
        workbench.endpoint.changes().announce(new Change.Tools());
        assertThat(peer.silent()).isTrue();
    }

    @Test
    void endsSubscriptionsWithAResultAtTheEndOfInput() throws Exception {
        peer.send(stateless(5, "subscriptions/listen", "{'notifications': {'toolsListChanged': true}}", "{}"));
        peer.next();

        peer.end();

        JsonNode result = peer.next();
        assertThat(result.path("id").asInt()).isEqualTo(5);
        assertThat(result.at("/result/resultType").asText()).isEqualTo("complete");
        assertThat(result.at("/result/_meta/io.modelcontextprotocol~1subscriptionId")
                        .asInt())
                .isEqualTo(5);
        JsonNode cancelled = peer.next();
        assertThat(cancelled.path("method").asText()).isEqualTo("notifications/cancelled");
        assertThat(cancelled.at("/params/requestId").asInt()).isEqualTo(5);
        assertThat(peer.ended(Duration.ofSeconds(1))).isTrue();
    }

    @Test
    void takesBothErasLineByLine() throws InterruptedException {
        assertThat(peer.initialize("{}").has("result")).isTrue();
        peer.send(call(1, "wait", "{}"));
        workbench.waiting.await();

        assertThat(peer.ask(request(2, "tools/call", "{'name': 'echo'}"))
                        .at("/result")
                        .has("resultType"))
                .isFalse();
        assertThat(peer.ask(call(3, "echo", "{}")).at("/result/resultType").asText())
                .isEqualTo("complete");
        assertThat(peer.ask(request(4, "tools/list", "{}")).at("/result").has("ttlMs"))
                .isFalse();
        workbench.released.countDown();
        assertThat(peer.next().path("id").asInt()).isEqualTo(1);
    }

    @Test
    void writesTheAnswersOfManyCallsAtOnceAsWholeLines() {
        peer.initialize("{}");
        Set<Integer> answered = new HashSet<>();
        for (int id = 1; id <= 400; id++) {
            String arguments = "{'name': 'echo', 'arguments': {'text': '%s'}}".formatted("x".repeat(id * 10));
            peer.send(
                    id % 2 == 0 ? request(id, "tools/call", arguments) : stateless(id, "tools/call", arguments, "{}"));
        }

        for (int i = 0; i < 400; i++) {
            JsonNode answer = peer.next();
            int id = answer.path("id").asInt();
            assertThat(answer.at("/result/structuredContent/said").asText()).hasSize(id * 10);
            answered.add(id);
        }

        assertThat(answered).hasSize(400);
    }
}
