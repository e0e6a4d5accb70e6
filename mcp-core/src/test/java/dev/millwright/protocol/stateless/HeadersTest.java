package dev.millwright.protocol.stateless;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeadersTest {
    private final Map<String, String> headers = new HashMap<>(
            Map.of("MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "lösche"));

    private Optional<Response> check(boolean lenient) throws JsonProcessingException {
        ObjectNode message = (ObjectNode) Json.read("""
                {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "lösche",
                 "_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}}}""");
        return Headers.check(message, name -> Optional.ofNullable(headers.get(name)), lenient);
    }

    @Test
    void acceptsHeadersThatSayWhatTheBodySays() throws JsonProcessingException {
        assertThat(check(false)).isEmpty();
    }

    @Test
    void decodesANameThatIsWrapped() throws JsonProcessingException {
        String wrapped = Base64.getEncoder().encodeToString("lösche".getBytes(StandardCharsets.UTF_8));
        headers.put("Mcp-Name", "=?base64?" + wrapped + "?=");

        assertThat(check(false)).isEmpty();
    }

    @Test
    void refusesANameThatCannotBeDecoded() throws JsonProcessingException {
        headers.put("Mcp-Name", "=?base64?!!!?=");

        assertThat(check(false)).isPresent();
    }

    @Test
    void refusesWhatIsMissingOrDiffers() throws JsonProcessingException {
        headers.put("Mcp-Method", "Tools/Call");
        Response differs = check(false).orElseThrow();
        headers.remove("Mcp-Method");
        Response missing = check(false).orElseThrow();

        assertThat(differs.status()).isEqualTo(400);
        assertThat(differs.json().at("/error/code").asInt()).isEqualTo(-32020);
        assertThat(differs.json().path("id").asInt()).isEqualTo(1);
        assertThat(missing.json().at("/error/message").asText()).contains("Mcp-Method");
    }

    @Test
    void letsAWrongVersionPassOnlyWhenLenient() throws JsonProcessingException {
        headers.put("MCP-Protocol-Version", "2025-11-25");

        assertThat(check(false)).isPresent();
        assertThat(check(true)).isEmpty();
    }
}
