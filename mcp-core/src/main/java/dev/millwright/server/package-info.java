/** What a server is, and the wiring of a process that runs one or several. */
@NullMarked
package dev.millwright.server;

import org.jspecify.annotations.NullMarked;
