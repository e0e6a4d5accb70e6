/** Measurements with JMH. */
@NullMarked
package dev.millwright.bench;

import org.jspecify.annotations.NullMarked;
