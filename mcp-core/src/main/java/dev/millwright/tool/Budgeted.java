package dev.millwright.tool;

import java.util.OptionalInt;

/** An input by which the caller chooses how many tokens the answer may take. */
public interface Budgeted {
    /** Tokens, about four bytes each; empty for the configured default. */
    OptionalInt maxTokens();
}
