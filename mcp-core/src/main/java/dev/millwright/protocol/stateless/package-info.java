/**
 * The stateless era of the protocol (2026-07-28), which the MCP Java SDK does not speak yet. To be deleted when it does.
 */
@NullMarked
package dev.millwright.protocol.stateless;

import org.jspecify.annotations.NullMarked;
