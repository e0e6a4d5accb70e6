/** The chain around every call: one list of steps, in one order, that no server can leave out or rearrange. */
@NullMarked
package dev.millwright.call;

import org.jspecify.annotations.NullMarked;
