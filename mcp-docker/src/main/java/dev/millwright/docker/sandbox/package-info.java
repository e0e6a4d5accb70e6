/** Throw-away sandboxes: code in a hardened container, or under the core's own confinement where there is no engine. */
@NullMarked
package dev.millwright.docker.sandbox;

import org.jspecify.annotations.NullMarked;
