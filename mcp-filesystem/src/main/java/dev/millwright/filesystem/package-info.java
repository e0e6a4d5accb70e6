/** Files of a workspace for a model: read, change, take back; the tools and what is around them. */
@NullMarked
package dev.millwright.filesystem;

import org.jspecify.annotations.NullMarked;
