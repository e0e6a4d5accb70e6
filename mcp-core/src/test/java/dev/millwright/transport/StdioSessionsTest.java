package dev.millwright.transport;

import static dev.millwright.transport.Peer.notification;
import static dev.millwright.transport.Peer.parse;
import static dev.millwright.transport.Peer.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import dev.millwright.protocol.Changes.Change;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sessions era over standard streams, with the faults of the SDK's own transport and server kept out. */
class StdioSessionsTest {
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

    private static ObjectNode call(Object id, String tool, String arguments) {
        return request(id, "tools/call", "{'name': '%s', 'arguments': %s}".formatted(tool, arguments));
    }

    private static String text(JsonNode answer) {
        return answer.at("/result/content/0/text").asText();
    }

    private static ObjectNode answer(JsonNode question, String result) {
        ObjectNode answer = Json.object().put("jsonrpc", "2.0");
        answer.set("id", question.path("id"));
        answer.set("result", parse(result));
        return answer;
    }

    @Test
    void agreesOnTheVersionAskedFor() {
        JsonNode answer = peer.initialize("{}");

        assertThat(answer.at("/result/protocolVersion").asText()).isEqualTo("2025-11-25");
        assertThat(answer.at("/result/serverInfo/name").asText()).isEqualTo("workbench");
        assertThat(answer.at("/result/instructions").asText()).isEqualTo("Say something.");
        assertThat(answer.at("/result/capabilities/resources/subscribe").asBoolean())
                .isTrue();
    }

    @Test
    void offersTheLatestVersionInPlaceOfOneItDoesNotSpeak() {
        JsonNode answer = peer.ask(request(
                1,
                "initialize",
                "{'protocolVersion': '2025-03-26', 'capabilities': {}, 'clientInfo': {'name': 't', 'version': '1'}}"));

        assertThat(answer.at("/result/protocolVersion").asText()).isEqualTo("2025-11-25");
    }

    @Test
    void refusesAnUnfitInitializeWithoutNamingClassesAndTakesTheNextOne() {
        JsonNode answer = peer.ask(request(1, "initialize", "{'protocolVersion': '2025-11-25', 'capabilities': 7}"));

        assertThat(answer.at("/error/code").asInt()).isEqualTo(-32602);
        assertThat(answer.toString()).doesNotContain("modelcontextprotocol");
        assertThat(peer.initialize("{}").has("result")).isTrue();
    }

    @Test
    void listsTheToolsOfTheCallerInTheirOrder() {
        peer.initialize("{}");

        JsonNode tools = peer.ask(request(1, "tools/list", "{}")).at("/result/tools");

        assertThat(tools.valueStream().map(tool -> tool.path("name").asText()))
                .containsExactly(
                        "echo", "wait", "report", "ask_twice", "sample", "destroy", "fail", "break", "refuse", "trace");
        assertThat(tools.at("/0/inputSchema/properties/text/type").asText()).isEqualTo("string");
    }

    @Test
    void refusesToCallWhatItDoesNotList() {
        peer.initialize("{}");

        JsonNode answer = peer.ask(call(1, "hidden", "{}"));

        assertThat(answer.at("/result/isError").asBoolean()).isTrue();
        assertThat(text(answer)).startsWith("DENIED");
    }

    @Test
    void answersACallWithStructuredContentRepeatedAsText() {
        peer.initialize("{}");

        JsonNode answer = peer.ask(call("a", "echo", "{'text': 'hi'}"));

        assertThat(answer.path("id").asText()).isEqualTo("a");
        assertThat(answer.at("/result/structuredContent/said").asText()).isEqualTo("hi");
        assertThat(text(answer)).isEqualTo("{\"said\":\"hi\"}");
    }

    @Test
    void namesTheUnknownTool() {
        peer.initialize("{}");

        JsonNode answer = peer.ask(call(1, "ecko", "{}"));

        assertThat(answer.at("/error/code").asInt()).isEqualTo(-32602);
        assertThat(answer.at("/error/message").asText()).contains("ecko").contains("echo");
    }

    @Test
    void keepsTheTextOfAnExceptionToItself() {
        peer.initialize("{}");

        JsonNode answer = peer.ask(call(1, "fail", "{}"));

        assertThat(answer.at("/result/isError").asBoolean()).isTrue();
        assertThat(answer.toString()).doesNotContain("inner secret").doesNotContain("Exception");
    }

    @Test
    void answersAndGoesOnWhenAClassIsMissing() {
        peer.initialize("{}");

        JsonNode answer = peer.ask(call(1, "break", "{}"));

        assertThat(answer.at("/result/isError").asBoolean()).isTrue();
        assertThat(answer.toString()).doesNotContain("inner/Missing");
        assertThat(text(peer.ask(call(2, "echo", "{'text': 'on'}")))).contains("on");
    }

    @Test
    void saysToTheModelWhatDoesNotFit() {
        peer.initialize("{}");

        JsonNode answer = peer.ask(call(1, "echo", "{'txt': 'hi'}"));

        assertThat(answer.at("/result/isError").asBoolean()).isTrue();
        assertThat(text(answer)).startsWith("INVALID_INPUT").contains("txt");
    }

    @Test
    void answersRequestsSentBeforeTheInitializedNotification() {
        peer.ask(request(
                1,
                "initialize",
                "{'protocolVersion': '2025-06-18', 'capabilities': {}, 'clientInfo': {'name': 't', 'version': '1'}}"));

        assertThat(peer.ask(request(2, "tools/list", "{}")).has("result")).isTrue();
    }

    @Test
    void refusesRequestsBeforeInitializeAtOnceButAnswersPing() {
        JsonNode refused = peer.ask(request(1, "tools/list", "{}"));

        assertThat(refused.at("/error/code").asInt()).isEqualTo(-32602);
        assertThat(peer.ask(request(2, "ping", "{}")).path("result").isObject()).isTrue();
    }

    @Test
    void refusesASecondInitialize() {
        peer.initialize("{}");

        assertThat(peer.initialize("{}").at("/error/code").asInt()).isEqualTo(-32600);
    }

    @Test
    void answersUnknownMethodsWithTheirCode() {
        peer.initialize("{}");

        assertThat(peer.ask(request(1, "no/such", "{}")).at("/error/code").asInt())
                .isEqualTo(-32601);
    }

    @Test
    void keepsReadingAfterLinesThatAreNoMessages() {
        peer.initialize("{}");
        peer.line("");
        peer.line("  \r");

        peer.line("{\"jsonrpc\": ");
        assertThat(peer.next().at("/error/code").asInt()).isEqualTo(-32700);
        peer.line("[" + request(1, "ping", "{}") + "]");
        assertThat(peer.next().at("/error/code").asInt()).isEqualTo(-32600);
        peer.line("{\"jsonrpc\": \"2.0\", \"id\": null, \"method\": \"ping\"}");
        assertThat(peer.next().at("/error/code").asInt()).isEqualTo(-32600);
        peer.line("\"text\"");
        assertThat(peer.next().at("/error/code").asInt()).isEqualTo(-32600);
        peer.send(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}', '\n'});
        assertThat(peer.next().at("/error/code").asInt()).isEqualTo(-32700);
        peer.line("x".repeat(200_000));
        assertThat(peer.next().at("/error/code").asInt()).isEqualTo(-32600);
        assertThat(peer.ask(request(9, "ping", "{}")).path("id").asInt()).isEqualTo(9);
    }

    @Test
    void refusesNestingThatIsTooDeep() {
        peer.initialize("{}");

        peer.line("[".repeat(50_000));

        assertThat(peer.next().at("/error/code").asInt()).isEqualTo(-32700);
    }

    @Test
    void stopsACancelledCallAndNeverAnswersIt() throws InterruptedException {
        peer.initialize("{}");
        peer.send(call(7, "wait", "{}"));
        workbench.waiting.await();

        peer.send(notification("notifications/cancelled", "{'requestId': 7, 'reason': 'no'}"));

        assertThat(workbench.interrupted.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(peer.silent()).isTrue();
        assertThat(peer.ask(request(8, "ping", "{}")).path("id").asInt()).isEqualTo(8);
    }

    @Test
    void cancelsNoCallOfAnotherTypeOfId() throws InterruptedException {
        peer.initialize("{}");
        peer.send(call("7", "wait", "{}"));
        workbench.waiting.await();

        peer.send(notification("notifications/cancelled", "{'requestId': 7}"));
        peer.ask(request(8, "ping", "{}"));
        workbench.released.countDown();

        assertThat(peer.next().path("id").asText()).isEqualTo("7");
    }

    @Test
    void answersOtherCallsWhileOneRuns() throws InterruptedException {
        peer.initialize("{}");
        peer.send(call(1, "wait", "{}"));
        workbench.waiting.await();

        assertThat(peer.ask(call(2, "echo", "{}")).path("id").asInt()).isEqualTo(2);
        assertThat(peer.ask(call(1, "echo", "{}")).at("/error/code").asInt()).isEqualTo(-32600);
        workbench.released.countDown();
        assertThat(peer.next().path("id").asInt()).isEqualTo(1);
    }

    @Test
    void sendsRisingProgressBeforeTheAnswer() {
        peer.initialize("{}");
        peer.send(request(1, "tools/call", "{'name': 'report', '_meta': {'progressToken': 'p'}}"));

        assertThat(peer.next().at("/params/progress").asDouble()).isEqualTo(1);
        JsonNode second = peer.next();
        assertThat(second.at("/params/progress").asDouble()).isEqualTo(3);
        assertThat(second.at("/params/progressToken").asText()).isEqualTo("p");
        assertThat(second.at("/params/message").asText()).isEqualTo("three");
        assertThat(peer.next().path("method").asText()).isEqualTo("notifications/message");
        assertThat(peer.next().path("id").asInt()).isEqualTo(1);
    }

    @Test
    void sendsLogsFromTheLevelSet() {
        peer.initialize("{}");
        assertThat(peer.ask(request(1, "logging/setLevel", "{'level': 'debug'}"))
                        .has("result"))
                .isTrue();
        peer.send(call(2, "report", "{}"));

        assertThat(List.of(
                        peer.next().at("/params/level").asText(),
                        peer.next().at("/params/level").asText()))
                .containsExactly("debug", "error");
        peer.next();
        assertThat(peer.ask(request(3, "logging/setLevel", "{'level': 'loud'}"))
                        .at("/error/code")
                        .asInt())
                .isEqualTo(-32602);
    }

    @Test
    void asksThePersonBeforeItDestroys() {
        peer.initialize("{'elicitation': {}}");

        JsonNode question = peer.ask(call(1, "destroy", "{}"));
        assertThat(question.path("method").asText()).isEqualTo("elicitation/create");
        assertThat(workbench.destroyed).hasValue(0);
        JsonNode answer = peer.ask(answer(question, "{'action': 'accept', 'content': {'confirm': true}}"));

        assertThat(text(answer)).contains("destroyed 1");
    }

    @Test
    void destroysNothingThePersonSaidNoTo() {
        peer.initialize("{'elicitation': {}}");

        JsonNode question = peer.ask(call(1, "destroy", "{}"));
        JsonNode answer = peer.ask(answer(question, "{'action': 'accept', 'content': {'confirm': false}}"));

        assertThat(text(answer)).startsWith("DENIED");
        assertThat(workbench.destroyed).hasValue(0);
    }

    @Test
    void letsAPlanTokenThroughOnceWhereNobodyCanBeAsked() {
        peer.initialize("{}");

        String refusal = text(peer.ask(call(1, "destroy", "{'text': 'x'}")));
        Matcher token = Pattern.compile("\"plan\": \"([^\"]+)\"").matcher(refusal);
        assertThat(token.find()).isTrue();
        String again = "{'text': 'x', 'plan': '%s'}".formatted(token.group(1));

        assertThat(text(peer.ask(call(2, "destroy", "{'text': 'y', 'plan': '%s'}".formatted(token.group(1))))))
                .startsWith("CONFLICT");
        assertThat(text(peer.ask(call(3, "destroy", again)))).contains("destroyed 1");
        assertThat(text(peer.ask(call(4, "destroy", again)))).startsWith("CONFLICT");
        assertThat(workbench.destroyed).hasValue(1);
    }

    @Test
    void asksAsOftenAsTheToolNeeds() {
        peer.initialize("{'elicitation': {}}");

        JsonNode first = peer.ask(call(1, "ask_twice", "{}"));
        JsonNode second = peer.ask(answer(first, "{'action': 'accept', 'content': {'name': 'a'}}"));
        JsonNode answer = peer.ask(answer(second, "{'action': 'accept', 'content': {'name': 'b'}}"));

        assertThat(second.at("/params/message").asText()).isEqualTo("The second?");
        assertThat(answer.at("/result/structuredContent/said").asText()).isEqualTo("a b");
    }

    @Test
    void tellsTheModelWhatTheClientCannotDo() {
        peer.initialize("{}");

        JsonNode answer = peer.ask(call(1, "sample", "{}"));

        assertThat(answer.at("/result/isError").asBoolean()).isTrue();
        assertThat(text(answer)).contains("sampling");
    }

    @Test
    void announcesChangedListsAndSubscribedResources() throws InterruptedException {
        peer.initialize("{}");
        peer.ask(request(1, "resources/subscribe", "{'uri': 'note:1'}"));

        workbench.endpoint.changes().announce(new Change.Tools());
        assertThat(peer.next().path("method").asText()).isEqualTo("notifications/tools/list_changed");
        workbench.endpoint.changes().announce(new Change.Resource("note:2"));
        workbench.endpoint.changes().announce(new Change.Resource("note:1"));
        assertThat(peer.next().at("/params/uri").asText()).isEqualTo("note:1");

        peer.ask(request(2, "resources/unsubscribe", "{'uri': 'note:1'}"));
        workbench.endpoint.changes().announce(new Change.Resource("note:1"));
        assertThat(peer.silent()).isTrue();
    }

    @Test
    void pagesAndReadsResources() {
        peer.initialize("{}");

        JsonNode first = peer.ask(request(1, "resources/list", "{}")).path("result");
        String cursor = first.path("nextCursor").asText();
        JsonNode second = peer.ask(request(2, "resources/list", "{'cursor': '%s'}".formatted(cursor)))
                .path("result");

        assertThat(first.at("/resources/0/uri").asText()).isEqualTo("note:1");
        assertThat(cursor).doesNotContain("workbench");
        assertThat(second.at("/resources/0/uri").asText()).isEqualTo("note:2");
        assertThat(second.has("nextCursor")).isFalse();
        assertThat(peer.ask(request(3, "resources/list", "{'cursor': '!'}"))
                        .at("/error/code")
                        .asInt())
                .isEqualTo(-32602);
        assertThat(peer.ask(request(4, "resources/read", "{'uri': 'note:1'}"))
                        .at("/result/contents/0/text")
                        .asText())
                .isEqualTo("hello");
        JsonNode missing = peer.ask(request(5, "resources/read", "{'uri': 'note:9'}"));
        assertThat(missing.at("/error/code").asInt()).isEqualTo(-32002);
        assertThat(missing.at("/error/data/uri").asText()).isEqualTo("note:9");
    }

    @Test
    void rendersPromptsAndCompletes() {
        peer.initialize("{}");

        assertThat(peer.ask(request(1, "prompts/list", "{}"))
                        .at("/result/prompts/0/arguments/0/name")
                        .asText())
                .isEqualTo("who");
        assertThat(peer.ask(request(2, "prompts/get", "{'name': 'greeting', 'arguments': {'who': 'Ada'}}"))
                        .at("/result/messages/0/content/text")
                        .asText())
                .isEqualTo("Greet Ada");
        assertThat(peer.ask(request(3, "prompts/get", "{'name': 'greeting'}"))
                        .at("/error/code")
                        .asInt())
                .isEqualTo(-32602);
        JsonNode completion = peer.ask(request(
                4,
                "completion/complete",
                "{'ref': {'type': 'ref/resource', 'uri': 'note:{id}'}, 'argument': {'name': 'id', 'value': 'x'}}"));
        assertThat(completion.at("/result/completion/values/1").asText()).isEqualTo("x2");
    }

    @Test
    void finishesWhatRunsAtTheEndOfInput() throws Exception {
        peer.initialize("{}");
        peer.send(call(1, "wait", "{}"));
        workbench.waiting.await();

        peer.end();
        workbench.released.countDown();

        assertThat(text(peer.next())).contains("released");
        assertThat(peer.ended(Duration.ofSeconds(2))).isTrue();
    }

    @Test
    void interruptsWhatDoesNotFinishAfterTheEndOfInput() throws Exception {
        peer.initialize("{}");
        peer.send(call(1, "wait", "{}"));
        workbench.waiting.await();

        peer.end();

        assertThat(peer.ended(Duration.ofSeconds(2))).isTrue();
        assertThat(workbench.interrupted.getCount()).isZero();
    }

    @Test
    void waitsForNoAnswersAfterTheEndOfInput() throws Exception {
        peer.close();
        try (Peer patient = new Peer(workbench, new StdioTransport.Limits(1000, Duration.ofSeconds(60)))) {
            patient.initialize("{'elicitation': {}}");
            patient.ask(call(1, "destroy", "{}"));

            patient.end();

            assertThat(patient.ended(Duration.ofSeconds(3))).isTrue();
            assertThat(text(patient.next())).startsWith("UNAVAILABLE");
            assertThat(workbench.destroyed).hasValue(0);
        }
    }

    @Test
    void endsAtOnceWhenNothingRuns() throws Exception {
        peer.initialize("{}");

        peer.end();

        assertThat(peer.ended(Duration.ofMillis(300))).isTrue();
    }

    @Test
    void answersTheLastLineWithoutAnEnd() throws Exception {
        peer.send(request(1, "ping", "{}").toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));

        peer.end();

        assertThat(peer.next().path("id").asInt()).isEqualTo(1);
    }

    @Test
    void endsWhenNobodyReads() throws Exception {
        peer.initialize("{}");
        peer.send(call(1, "wait", "{}"));
        workbench.waiting.await();

        peer.deafen();
        peer.send(request(2, "ping", "{}"));

        assertThat(peer.ended(Duration.ofSeconds(2))).isTrue();
        assertThat(workbench.interrupted.getCount()).isZero();
    }
}
