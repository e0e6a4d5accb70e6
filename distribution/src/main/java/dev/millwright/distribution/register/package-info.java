/** The configuration files of MCP hosts, and how an entry is put into one without losing anything of it. */
@NullMarked
package dev.millwright.distribution.register;

import org.jspecify.annotations.NullMarked;
