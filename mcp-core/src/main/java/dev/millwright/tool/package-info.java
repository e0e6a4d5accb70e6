/** Everything the author of a tool needs: the tool, its spec, the call, the one exception. */
@NullMarked
package dev.millwright.tool;

import org.jspecify.annotations.NullMarked;
