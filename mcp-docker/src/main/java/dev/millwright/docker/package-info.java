/** The Docker server: skills that understand images, builds and Dockerfiles. */
@NullMarked
package dev.millwright.docker;

import org.jspecify.annotations.NullMarked;
