/** How the versions of each ecosystem compare, and which versions a range of an advisory holds. */
@NullMarked
package dev.millwright.docker.version;

import org.jspecify.annotations.NullMarked;
