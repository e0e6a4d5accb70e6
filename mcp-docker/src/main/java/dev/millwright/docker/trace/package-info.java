/** What BuildKit tells of a build while it goes on. */
@NullMarked
package dev.millwright.docker.trace;

import org.jspecify.annotations.NullMarked;
