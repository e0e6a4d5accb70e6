/** Builds images: the context as an archive, BuildKit and the older builder over the engine's HTTP API. */
@NullMarked
package dev.millwright.docker.build;

import org.jspecify.annotations.NullMarked;
