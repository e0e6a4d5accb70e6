/** Configuration: records filled from defaults, a YAML file, the environment and flags, in that order. */
@NullMarked
package dev.millwright.config;

import org.jspecify.annotations.NullMarked;
