/** A server with everything the protocol's conformance suite asks for, on the engines that the products use. */
@NullMarked
package dev.millwright.testing.conformance;

import org.jspecify.annotations.NullMarked;
