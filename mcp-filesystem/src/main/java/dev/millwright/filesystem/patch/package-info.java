/** Patches in unified and V4A format: read, matched against texts, applied. */
@NullMarked
package dev.millwright.filesystem.patch;

import org.jspecify.annotations.NullMarked;
