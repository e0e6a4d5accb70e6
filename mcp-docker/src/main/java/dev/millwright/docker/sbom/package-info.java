/** What an image or a directory is made of: the packages found in it, each with where it was found. */
@NullMarked
package dev.millwright.docker.sbom;

import org.jspecify.annotations.NullMarked;
