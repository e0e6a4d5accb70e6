package dev.millwright.k8s.timeline;

import dev.millwright.k8s.model.Ref;
import java.time.Instant;

/**
 * Something that happened.
 *
 * @param at last time it did
 * @param what kind of thing: {@code event}, {@code rollout}, {@code release}, {@code write}, {@code end}
 * @param count how often
 */
public record Moment(Instant at, String what, Ref object, String text, int count) {}
