/** The little we need of a Docker engine, and a tenant's way to it. */
@NullMarked
package dev.millwright.docker.engine;

import org.jspecify.annotations.NullMarked;
