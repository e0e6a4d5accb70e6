package dev.millwright.k8s.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Any object of a cluster, over its JSON. */
public record K8sObject(JsonNode json) {
    /** Who made it: an entry of {@code metadata.ownerReferences}. */
    public record Owner(String kind, String name, String uid, boolean controller) {}

    public String kind() {
        return text("/kind");
    }

    public String apiVersion() {
        return text("/apiVersion");
    }

    public String name() {
        return text("/metadata/name");
    }

    /** Empty for what belongs to no namespace. */
    public String namespace() {
        return text("/metadata/namespace");
    }

    public String uid() {
        return text("/metadata/uid");
    }

    public String resourceVersion() {
        return text("/metadata/resourceVersion");
    }

    public Ref ref() {
        return Ref.of(kind(), namespace(), name());
    }

    public Map<String, String> labels() {
        return texts("/metadata/labels");
    }

    public Map<String, String> annotations() {
        return texts("/metadata/annotations");
    }

    public Optional<Instant> created() {
        return Times.of(json.at("/metadata/creationTimestamp"));
    }

    public Optional<Instant> deleted() {
        return Times.of(json.at("/metadata/deletionTimestamp"));
    }

    public List<Owner> owners() {
        return items("/metadata/ownerReferences").stream()
                .map(owner -> new Owner(
                        owner.path("kind").asText(),
                        owner.path("name").asText(),
                        owner.path("uid").asText(),
                        owner.path("controller").asBoolean()))
                .toList();
    }

    /** The owner that manages it. */
    public Optional<Owner> controller() {
        return owners().stream().filter(Owner::controller).findFirst();
    }

    public List<Condition> conditions() {
        return items("/status/conditions").stream().map(Condition::of).toList();
    }

    public Optional<Condition> condition(String type) {
        return conditions().stream().filter(each -> each.type().equals(type)).findFirst();
    }

    public JsonNode spec() {
        return json.path("spec");
    }

    public JsonNode status() {
        return json.path("status");
    }

    /** @param pointer as in {@code /spec/nodeName}; empty text for what is not there */
    public String text(String pointer) {
        return json.at(pointer).asText();
    }

    public int number(String pointer, int orElse) {
        return json.at(pointer).asInt(orElse);
    }

    /** Items of a list, none where there is no list. */
    public List<JsonNode> items(String pointer) {
        return StreamSupport.stream(json.at(pointer).spliterator(), false).toList();
    }

    /** Members of an object whose values are text. */
    public Map<String, String> texts(String pointer) {
        return texts(json.at(pointer));
    }

    public static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new LinkedHashMap<>();
        object.properties()
                .forEach(each -> texts.put(each.getKey(), each.getValue().asText()));
        return texts;
    }
}
