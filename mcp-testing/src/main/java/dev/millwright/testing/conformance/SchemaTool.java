package dev.millwright.testing.conformance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millwright.json.Doc;
import dev.millwright.testing.conformance.Fixture.Said;
import dev.millwright.tool.Call;
import dev.millwright.tool.Tool;
import dev.millwright.tool.ToolSpec;
import java.util.Optional;

/** Scenario {@code json-schema-2020-12}: keywords that no record component can say. */
final class SchemaTool implements Tool<SchemaTool.Input, Said> {
    private static final String KEYWORDS = """
            {"$schema": "https://json-schema.org/draft/2020-12/schema",
             "$defs": {"address": {"$anchor": "addressDef", "type": "object",
               "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
             "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
             "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
             "then": {"required": ["phone"]},
             "else": {"required": ["email"]},
             "additionalProperties": false}""";

    enum ContactMethod {
        PHONE,
        EMAIL
    }

    record Address(Optional<String> street, Optional<String> city) {}

    record Input(
            @Doc("Whose contact it is.") Optional<String> name,
            @Doc("Where they live.") Optional<Address> address,
            @Doc("Which of the two to use.") Optional<ContactMethod> contactMethod,
            @Doc("Needed to call them.") Optional<String> phone,
            @Doc("Needed to write to them.") Optional<String> email) {
        Input {
            boolean called = contactMethod.filter(ContactMethod.PHONE::equals).isPresent();
            if (called ? phone.isEmpty() : email.isEmpty()) {
                throw new IllegalArgumentException(called ? "/phone is missing" : "/email is missing");
            }
        }
    }

    private static final ToolSpec<Input, Said> SPEC = ToolSpec.reads(
                    "json_schema_2020_12_tool", Input.class, Said.class)
            .description("Tool with JSON Schema 2020-12 features");

    @Override
    public ToolSpec<Input, Said> spec() {
        return SPEC;
    }

    @Override
    public ObjectNode inputKeywords() {
        return Questions.parse(KEYWORDS);
    }

    @Override
    public Said call(Input input, Call call) {
        return new Said(input.phone().or(input::email).orElseThrow());
    }
}
