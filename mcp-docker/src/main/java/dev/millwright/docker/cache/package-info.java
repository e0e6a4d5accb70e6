/** Advice on the cache of a build: what a change invalidates, and how a Dockerfile keeps more of it. */
@NullMarked
package dev.millwright.docker.cache;

import org.jspecify.annotations.NullMarked;
