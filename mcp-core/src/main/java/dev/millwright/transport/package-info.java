/** How messages come in and go out: standard streams and HTTP. */
@NullMarked
package dev.millwright.transport;

import org.jspecify.annotations.NullMarked;
