/**
 * Dockerfiles, read without loss: every part knows where in the text it stands, and edits are made to those places.
 *
 * <p>{@link dev.millwright.docker.dockerfile.Dockerfile} reads the way BuildKit does, {@link
 * dev.millwright.docker.dockerfile.Stages} says which stage needs which and what a variable is worth where, {@link
 * dev.millwright.docker.dockerfile.Shell} takes commands apart, and {@link
 * dev.millwright.docker.dockerfile.IgnoreFile} answers for a {@code .dockerignore}.
 */
@NullMarked
package dev.millwright.docker.dockerfile;

import org.jspecify.annotations.NullMarked;
