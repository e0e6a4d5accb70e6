/** The one guard between a path from a caller and the file system: a tenant's roots, and no way out of them. */
@NullMarked
package dev.millwright.workspace;

import org.jspecify.annotations.NullMarked;
