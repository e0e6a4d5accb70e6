package dev.millwright.docker.cache;

/**
 * One thing that would keep more of the cache.
 *
 * @param id what it is about, as in {@code manifests-first}
 * @param step the instruction it speaks of, its beginning
 * @param message what happens now and what would help, in one sentence
 * @param applied whether the patch does it
 * @param condition what must hold for it, or why the patch does not do it; empty for nothing
 */
public record Advice(String id, String step, String message, boolean applied, String condition) {}
