/** The checklist of a release: what an image must be and do before it is shipped, and whether it is and does. */
@NullMarked
package dev.millwright.docker.release;

import org.jspecify.annotations.NullMarked;
