/** Image archives read as one stream: docker-save and OCI layout, and what the layers make together. */
@NullMarked
package dev.millwright.docker.archive;

import org.jspecify.annotations.NullMarked;
