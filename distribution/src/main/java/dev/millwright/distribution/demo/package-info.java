/** The demonstration: the packaged server as a host sees it. */
@NullMarked
package dev.millwright.distribution.demo;

import org.jspecify.annotations.NullMarked;
