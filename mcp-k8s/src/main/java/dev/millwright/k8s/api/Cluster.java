package dev.millwright.k8s.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A cluster, as much of it as we need; objects are trees as the API sends them, unmasked.
 *
 * <p>Each method makes as many calls as it says, throws {@link ApiError}, and ends when its thread is interrupted.
 */
public interface Cluster {
    /** Name of the context it was reached by. */
    String context();

    /**
     * Namespaces that are all there is of it for whoever asks, where only some are; empty where all are. A list over all
     * namespaces then goes through these, one after the other.
     */
    default List<String> namespaces() {
        return List.of();
    }

    /** Kinds it serves, custom ones too; asked once, then remembered. */
    List<Kind> kinds();

    /** One call, one page. */
    default Page list(Kind kind, ListQuery query) {
        return list(kind, query, next -> {});
    }

    /**
     * The same.
     *
     * @param next takes the token of the next page, where there is one, as soon as it is known: before the objects of
     *     this one are read
     */
    Page list(Kind kind, ListQuery query, Consumer<String> next);

    /** One call; empty when there is no such object. */
    Optional<JsonNode> get(Kind kind, Optional<String> namespace, String name);

    /** One GET of a path that answers JSON, as {@code /version}. */
    JsonNode json(String path);

    /** One GET of a path that answers text, as {@code /readyz?verbose}; also where the status says failure. */
    String text(String path);

    JsonNode create(Kind kind, Optional<String> namespace, JsonNode object, Write write);

    /** Replaces an object; its {@code resourceVersion} makes sure that nobody else has. */
    JsonNode replace(Kind kind, Optional<String> namespace, String name, JsonNode object, Write write);

    /**
     * Sets the scale subresource.
     *
     * @param scale of {@code autoscaling/v1}; its {@code resourceVersion} makes sure that nobody else has changed the
     *     object
     * @return the scale as it is then
     */
    JsonNode scale(Kind kind, Optional<String> namespace, String name, JsonNode scale, Write write);

    JsonNode patch(Kind kind, Optional<String> namespace, String name, Patch patch, Write write);

    void delete(Kind kind, Optional<String> namespace, String name, Deletion deletion);

    /**
     * The text of a log; empty where the kubelet has none, which it also says by a text
     * ({@code unable to retrieve container logs}) or as a 400.
     */
    Optional<String> logs(LogQuery query);

    /**
     * Watches one object until it satisfies a condition, is gone (empty is tested as missing node), or time is up.
     *
     * @return the object as it was when the condition held or time was up; a missing node when it is gone
     */
    JsonNode await(Kind kind, Optional<String> namespace, String name, Predicate<JsonNode> condition, Duration patience)
            throws InterruptedException;

    /**
     * Watches all objects of a kind from a version on, until the server ends the watch.
     *
     * @param time after which the server shall, at least a second
     * @throws ApiError 410 where the version is too old, now or by the time
     */
    void watch(Kind kind, Optional<String> namespace, Members members, String version, Duration time, Watcher watcher)
            throws InterruptedException;

    /** Lists that are kept of it for whoever asks. */
    default Kept kept() {
        return Kept.NOTHING;
    }

    Exec.Ended exec(Exec exec) throws InterruptedException;

    Tunnel forward(String namespace, String pod, int port);
}
