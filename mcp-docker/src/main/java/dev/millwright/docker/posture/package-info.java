/** How an image is configured and what it carries that it should not; how a container is run: checks and secrets. */
@NullMarked
package dev.millwright.docker.posture;

import org.jspecify.annotations.NullMarked;
