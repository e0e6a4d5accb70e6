/** The sessions era of the protocol (2024-11-05 to 2025-11-25): endpoints behind the sessions of the MCP Java SDK. */
@NullMarked
package dev.millwright.protocol.sessions;

import org.jspecify.annotations.NullMarked;
