package dev.millwright.store;

/** The one call a plan token or idempotency key stands for. @param digest SHA-256 of the arguments, lower-case hex */
public record Bound(String caller, String tenant, String tool, String digest) {}
