/** Engines over docker-java's transport; the only place that knows it. */
@NullMarked
package dev.millwright.docker.dockerjava;

import org.jspecify.annotations.NullMarked;
